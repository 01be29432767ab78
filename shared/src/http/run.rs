//! The life of a function's process.

use super::app::App;
use super::log;
use super::public::PublicApp;
use super::route::Routes;
use crate::clock_and_randomness::System;
use crate::secret::SecretStore;
use crate::settings::Settings;
use lambda_runtime::{LambdaEvent, Runtime, service_fn};
use serde_json::value::RawValue;
use std::process::ExitCode;

/// Serves `routes` from AWS Lambda until the process is ended: all of a function's `main`.
///
/// The secret is read before the first request is taken. With `AWS_LAMBDA_MAX_CONCURRENCY` set, as
/// Lambda Managed Instances do, requests are served concurrently.
pub fn run(routes: Routes) -> ExitCode {
    match on_lambda() {
        true => block_on(serve(routes)),
        false => elsewhere(&routes),
    }
}

/// The same for a function that knows no project: its routes are [`Work::Public`](super::Work::Public) or
/// [`Work::Page`](super::Work::Page).
pub fn run_public(routes: Routes) -> ExitCode {
    match on_lambda() {
        true => block_on(serve_public(routes)),
        false => elsewhere(&routes),
    }
}

fn on_lambda() -> bool {
    std::env::var_os("AWS_LAMBDA_RUNTIME_API").is_some()
}

fn block_on(serving: impl Future<Output = Result<(), lambda_runtime::Error>>) -> ExitCode {
    std::panic::set_hook(Box::new(log::panicked));
    // Work here is microseconds of CPU between two waits: a second thread would only cost its start.
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            log::fatal("event_loop_unavailable", &error);
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(serving) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            log::fatal("runtime_api_unavailable", &error);
            ExitCode::FAILURE
        }
    }
}

/// Where there is no Lambda, a function can only say what it serves: with the argument `routes`, as JSON.
fn elsewhere(routes: &Routes) -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some("routes") {
        return match serde_json::to_string(routes) {
            Ok(list) => {
                println!("{list}");
                ExitCode::SUCCESS
            }
            Err(_) => ExitCode::FAILURE,
        };
    }
    eprintln!("This is an AWS Lambda function. `make run` serves it on this machine.");
    ExitCode::FAILURE
}

async fn serve(routes: Routes) -> Result<(), lambda_runtime::Error> {
    let app = app(routes);
    app.prime().await;
    // One for the process, and as long as the process.
    let app: &'static App = Box::leak(Box::new(app));
    // The event arrives as raw JSON: reading it is our business, and so is the answer to one that
    // cannot be read, for the runtime's own error would repeat the event in the log.
    let handler = service_fn(move |event: LambdaEvent<Box<RawValue>>| async move {
        Ok::<_, lambda_runtime::Error>(
            app.answer(event.payload.get(), &event.context.request_id)
                .await,
        )
    });
    Runtime::new(handler).run_concurrent().await
}

async fn serve_public(routes: Routes) -> Result<(), lambda_runtime::Error> {
    let settings = Settings::of_every_function(&|name| std::env::var(name).ok());
    let app: &'static PublicApp = Box::leak(Box::new(PublicApp::new(
        routes,
        &settings,
        Box::new(System),
    )));
    let handler = service_fn(move |event: LambdaEvent<Box<RawValue>>| async move {
        Ok::<_, lambda_runtime::Error>(app.answer(event.payload.get(), &event.context.request_id))
    });
    Runtime::new(handler).run_concurrent().await
}

fn app(routes: Routes) -> App {
    let (settings, source) = match Settings::from_env() {
        Ok(settings) => {
            settings.users_stopped.iter().for_each(log::users_stopped);
            let source = settings.source();
            (settings, source)
        }
        // A wrong setting grants nothing to anybody: the store answers 503 and logs the reason.
        Err(error) => (Settings::default(), Err(error)),
    };
    let store = SecretStore::new(
        source,
        settings.secret_ttl,
        Box::new(System),
        log::source_failed,
    );
    let (node_routes, namespace, encoded) = (
        settings.node_routes,
        settings.metrics_namespace.clone(),
        settings.local_paths_encoded,
    );
    App::new(
        routes,
        store,
        settings.into_access(log::keys_failed),
        Box::new(System),
    )
    .with_node_routes(node_routes)
    .with_metrics_namespace(namespace)
    .with_local_paths_encoded(encoded)
}
