//! From the start of a process to its first answer.

use crate::report::{Bar, Figure, Report, Row};
use crate::sample::Sample;
use crate::{load, tls};
use agora_token_tests::runtime::{Builder, Function, Outcome};
use agora_token_tests::sample::{CERTIFICATE, secret, with_project};
use agora_token_tests::secrets::SecretsManager;
use std::time::Duration;

const ROUNDS: usize = 120;
/// One more than there are subjects.
const PRIME: usize = 7;
const SECRET: &str = "agora/project";

pub fn run(report: &mut Report) {
    let (rtc, event) = (load::rtc(), load::event());
    let manager = SecretsManager::start();
    manager.set(SECRET, &secret(CERTIFICATE));
    let address = manager.endpoint().replace("http://", "");
    let address = address.parse().expect("the endpoint is an address");
    let front = tls::Front::start(address);

    let empty = || Function::builder_at(load::empty());
    let environment = || with_project(Function::builder_at(&rtc));
    let from_secret = || Function::builder_at(&rtc).env("AGORA_SECRET_ID", SECRET);
    let plain = || from_secret().secrets_manager(&manager);
    let secure = || {
        from_secret()
            .env("AWS_ENDPOINT_URL_SECRETS_MANAGER", &front.endpoint())
            .env("AWS_CA_BUNDLE", &front.authority())
    };

    let subjects: [&dyn Fn() -> Duration; PRIME - 1] = [
        &|| first_answer(empty(), &event),
        &|| first_answer(environment(), &event),
        &|| tls::plain_round_trip(address, SECRET),
        &|| first_answer(plain(), &event),
        &|| front.round_trip(SECRET),
        &|| first_answer(secure(), &event),
    ];
    // What ran just before a start shows in it, so the order changes: the multiples of a step, modulo a
    // prime, are all the numbers below it. The first rounds only fill the caches.
    let mut times: [Vec<Duration>; PRIME - 1] = Default::default();
    for round in 0..ROUNDS + PRIME {
        let step = 1 + round % (PRIME - 1);
        for place in (1..PRIME).map(|turn| turn * step % PRIME - 1) {
            let time = subjects[place]();
            if round >= PRIME {
                times[place].push(time);
            }
        }
    }
    let [empty, environment, plain_trip, plain, secure_trip, secure] =
        times.map(|times| Figure::from(&Sample::of_millis(&times)));
    report.row(
        Row::new(
            "start to first answer, project from the environment",
            "ms",
            environment,
        )
        .beside("empty function", empty.clone())
        .bar(Bar::Times(1.5)),
    );
    report.row(
        Row::new("start to first answer, secret over HTTP", "ms", plain)
            .beside("empty function + one round trip", empty.plus(&plain_trip))
            .bar(Bar::More(2.0)),
    );
    report.row(
        Row::new("start to first answer, secret over TLS", "ms", secure)
            .beside(
                "empty function + one fresh round trip",
                empty.plus(&secure_trip),
            )
            .bar(Bar::More(3.0)),
    );
}

fn first_answer(builder: Builder, event: &str) -> Duration {
    let function = builder.start();
    let invocation = function.invoke_raw(event);
    match &invocation.outcome {
        Outcome::Response(answer) if answer["statusCode"] == 200 => {}
        other => panic!("{other:?}\n{}", function.logs().join("\n")),
    }
    let time = function.time_to_first_response();
    time.expect("a function that answered took its time")
}
