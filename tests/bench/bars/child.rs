//! What is measured in a process of its own: this same binary, started again with a task.

use crate::library::Signer;
use crate::load;
use agora_token::access::Access;
use agora_token::clock_and_randomness::System;
use agora_token::grant::Rtc;
use agora_token::http::{App, Routes};
use agora_token::secret::{Environment, SecretStore};
use agora_token_tests::sample::PROJECT;
use rustix::time::{ClockId, clock_gettime};
use std::hint::black_box;
use std::io::Write;
use std::process::Command;
use std::time::Duration;

/// The first argument of a child.
pub const FLAG: &str = "--child";

/// The command that starts a child with this task, `count` times over.
pub fn command(task: &str, count: u32) -> Command {
    let mut command = Command::new(executable());
    command.args(arguments(task, count)).envs(PROJECT);
    command
}

pub fn executable() -> std::path::PathBuf {
    std::env::current_exe().expect("a running program knows where it is")
}

pub fn arguments(task: &str, count: u32) -> [String; 3] {
    [FLAG.to_owned(), task.to_owned(), count.to_string()]
}

/// Does the task and says on standard error how many nanoseconds of CPU one time takes.
pub fn run(arguments: &[String]) {
    let [task, count] = arguments else {
        panic!("a child needs a task and a number");
    };
    let count: u32 = count.parse().expect("a number");
    let mut signer = Signer::new();
    let took = match task.as_str() {
        "build" => time(count, || {
            drop(black_box(signer.build(black_box("lobby"), 42)))
        }),
        "verify" => {
            let token = signer.build("lobby", 42);
            time(count, || assert!(signer.verify(black_box(&token))))
        }
        "answer" => answer(count),
        "write" => {
            let line = [b'x'; 700];
            time(count, || {
                let mut line = line;
                line[699] = b'\n';
                std::io::stdout()
                    .lock()
                    .write_all(&line)
                    .expect("somebody reads");
            })
        }
        other => panic!("there is no task {other}"),
    };
    eprintln!("{}", took.as_nanos());
}

fn answer(count: u32) -> Duration {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime starts");
    let hour = Duration::from_secs(3600);
    let store = SecretStore::new(Ok(Box::new(Environment)), hour, Box::new(System), |_, _| {});
    let routes = Routes::new().api::<Rtc>("/v1/rtc");
    let app = App::new(routes, store, Access::default(), Box::new(System));
    let event = load::event();
    runtime.block_on(app.prime());
    time(count, || {
        let reply = runtime.block_on(app.answer(&event, "invocation"));
        let response = &reply.response;
        assert_eq!(response.status.as_u16(), 200, "{}", response.body);
        black_box(serde_json::to_vec(&reply).unwrap_or_default());
    })
}

/// The CPU time of `work`, once.
fn time(count: u32, mut work: impl FnMut()) -> Duration {
    let before = cpu();
    for _ in 0..count {
        work();
    }
    (cpu() - before) / count.max(1)
}

fn cpu() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec as u32)
}
