//! A Runtime API that hands out one event over and over, and takes the time.
//!
//! The tests' stand-in reads each answer as JSON, keeps each log line and wakes the test: that would
//! be most of what is measured here. This one does nothing between handing out an event and taking
//! the time at which its answer has arrived.

use crate::wire;
use std::collections::HashMap;
use std::io::{self, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long a run may take: a function that no longer answers ends the bench, not the patience.
const PATIENCE: Duration = Duration::from_secs(120);

/// The API of one function.
pub struct Gateway {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    event: String,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// The events that are still to be handed out.
    left: usize,
    number: u64,
    begun: HashMap<u64, Instant>,
    took: Vec<Duration>,
    answer: Vec<u8>,
    closed: bool,
}

impl Gateway {
    /// Listens on a free port.
    pub fn start(event: String) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let address = listener
            .local_addr()
            .expect("a bound socket has an address");
        let shared = Arc::new(Shared {
            event,
            state: Mutex::default(),
            changed: Condvar::new(),
        });
        let served = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if served.state().closed {
                    return;
                }
                let (Ok(stream), served) = (stream, Arc::clone(&served)) else {
                    continue;
                };
                // A function that is ended in the middle is no failure.
                std::thread::spawn(move || served.serve(stream));
            }
        });
        Self { address, shared }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Hands out `count` events, as many at a time as the function asks for, and says how long each of
    /// them took. The last answer must have this status.
    pub fn run(&self, count: usize, status: u16) -> Vec<Duration> {
        let mut state = self.shared.state();
        state.took = Vec::with_capacity(count);
        state.left = count;
        self.shared.changed.notify_all();
        let (mut state, _) = self
            .shared
            .changed
            .wait_timeout_while(state, PATIENCE, |state| state.took.len() < count)
            .unwrap_or_else(PoisonError::into_inner);
        assert_eq!(state.took.len(), count, "the function stopped answering");
        let answer = String::from_utf8_lossy(&state.answer);
        let status = format!(r#""statusCode":{status}"#);
        assert!(answer.contains(&status), "answered: {answer}");
        std::mem::take(&mut state.took)
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.shared.state().closed = true;
        self.shared.changed.notify_all();
        // Wakes the listener, which then sees that it is to end.
        let _ = TcpStream::connect(self.address);
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self, stream: TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let mut reader = BufReader::with_capacity(16 * 1024, stream.try_clone()?);
        let mut writer = stream;
        while let Some(message) = wire::read(&mut reader)? {
            if message.first_line.starts_with("GET") {
                let Some(number) = self.next() else {
                    return Ok(());
                };
                let text = self.invocation(number);
                self.state().begun.insert(number, Instant::now());
                writer.write_all(text.as_bytes())?;
            } else {
                let arrived = Instant::now();
                self.conclude(&message, arrived);
                writer.write_all(b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n")?;
            }
        }
        Ok(())
    }

    /// Waits until there is an event to hand out.
    fn next(&self) -> Option<u64> {
        let mut state = self
            .changed
            .wait_while(self.state(), |state| state.left == 0 && !state.closed)
            .unwrap_or_else(PoisonError::into_inner);
        if state.closed {
            return None;
        }
        state.left -= 1;
        state.number += 1;
        Some(state.number)
    }

    fn invocation(&self, number: u64) -> String {
        format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\
             lambda-runtime-aws-request-id: 8476a536-e9f4-4a5c-8000-{number:012x}\r\n\
             lambda-runtime-deadline-ms: 4102444800000\r\n\
             lambda-runtime-invoked-function-arn: arn:aws:lambda:us-east-1:123456789012:function:f\r\n\
             lambda-runtime-trace-id: Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0\r\n\
             content-length: {}\r\n\r\n{}",
            self.event.len(),
            self.event
        )
    }

    fn conclude(&self, message: &wire::Message, arrived: Instant) {
        let path = message.first_line.split(' ').nth(1).unwrap_or_default();
        let number = path
            .rsplit('/')
            .nth(1)
            .and_then(|id| id.rsplit('-').next())
            .and_then(|digits| u64::from_str_radix(digits, 16).ok());
        let mut state = self.state();
        let Some(begun) = number.and_then(|number| state.begun.remove(&number)) else {
            return;
        };
        state.took.push(arrived - begun);
        if state.left == 0 && state.begun.is_empty() {
            state.answer.clone_from(&message.body);
            drop(state);
            self.changed.notify_all();
        }
    }
}
