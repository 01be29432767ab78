//! HTTP/1.1 servers on the loopback interface, run in the background of synchronous tests.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::LazyLock;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::task::{AbortHandle, JoinSet};

/// What a stand-in answers; `None` closes the connection without a word.
pub(crate) type Reply = Option<Response<Full<Bytes>>>;

/// Everything asynchronous happens here: one runtime for the whole test process, whichever test
/// comes first.
static BACKGROUND: LazyLock<Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("stand-in")
        .enable_all()
        .build()
        .expect("the background runtime starts")
});

/// The runtime in which stand-ins and supervised processes live.
pub(crate) fn background() -> &'static Runtime {
    &BACKGROUND
}

/// A server on a port of its own; it and its connections end when it is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    task: AbortHandle,
}

impl Server {
    /// Listens on a free port and answers every request with `handler`.
    pub(crate) fn start<H, F>(handler: H) -> Self
    where
        H: Fn(Request<Bytes>) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Reply> + Send + 'static,
    {
        // Bound before this returns: whoever is given the address can connect at once.
        let socket = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .and_then(|socket| socket.set_nonblocking(true).map(|()| socket))
            .expect("a loopback port is free");
        let address = socket.local_addr().expect("a bound socket has an address");
        let _context = background().enter();
        let listener = TcpListener::from_std(socket).expect("the socket is non-blocking");
        let task = background().spawn(accept(listener, handler)).abort_handle();
        Self { address, task }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept<H, F>(listener: TcpListener, handler: H)
where
    H: Fn(Request<Bytes>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Reply> + Send + 'static,
{
    // A set, so that the connections end together with the task that accepted them.
    let mut connections = JoinSet::new();
    loop {
        // A connection that was aborted before it was accepted is not the end of the server.
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        connections.spawn(serve(stream, handler.clone()));
        while connections.try_join_next().is_some() {}
    }
}

async fn serve<H, F>(stream: TcpStream, handler: H)
where
    H: Fn(Request<Bytes>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Reply> + Send + 'static,
{
    let service = service_fn(move |request: Request<Incoming>| {
        let handler = handler.clone();
        async move {
            let (parts, body) = request.into_parts();
            let body = body.collect().await.map_err(io::Error::other)?;
            // hyper closes the connection when the service fails, which is what `None` asks for.
            handler(Request::from_parts(parts, body.to_bytes()))
                .await
                .ok_or_else(|| io::Error::from(io::ErrorKind::ConnectionAborted))
        }
    });
    // Benches time whole round trips: Nagle's algorithm is no part of what they measure.
    let _ = stream.set_nodelay(true);
    // A client that goes away in the middle is nobody's failure.
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}
