//! HTTP servers on 127.0.0.1.

use std::{error::Error, future::Future, net::Ipv4Addr};

use http_body_util::Full;
use hyper::{
    Request, Response, StatusCode,
    body::{Body, Bytes, Incoming},
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

use crate::LocalError;

/// Takes a free port; answers with the port too.
pub(crate) async fn listen() -> Result<(TcpListener, u16), LocalError> {
    let network = |source| LocalError::Network { what: "listening on 127.0.0.1".to_owned(), source };
    let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(network)?;
    let port = socket.local_addr().map_err(network)?.port();
    Ok((socket, port))
}

/// Answers every request that comes, for ever.
pub(crate) async fn serve<A, F, B>(socket: TcpListener, answer: A)
where
    A: Fn(Request<Incoming>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response<B>> + Send + 'static,
    B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
{
    loop {
        // A connection that breaks while it is accepted is its caller's trouble.
        if let Ok((stream, _)) = socket.accept().await {
            tokio::spawn(converse(stream, answer.clone()));
        }
    }
}

async fn converse<A, F, B>(stream: TcpStream, answer: A)
where
    A: Fn(Request<Incoming>) -> F + Send + Sync,
    F: Future<Output = Response<B>> + Send + 'static,
    B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
{
    let service = service_fn(|request| {
        let answered = answer(request);
        async move { Ok::<_, std::convert::Infallible>(answered.await) }
    });
    // A caller that hangs up early is none of ours.
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// An answer without a body.
pub(crate) fn status(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::default();
    *response.status_mut() = status;
    response
}

/// 128 random bits in hexadecimal.
pub(crate) fn secret() -> Result<String, LocalError> {
    let what = "drawing a random number".to_owned();
    let word = || getrandom::u64().map_err(|error| LocalError::Network { what: what.clone(), source: error.into() });
    Ok(format!("{:016x}{:016x}", word()?, word()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_differ() {
        let (one, other) = (secret().expect("random bits"), secret().expect("random bits"));
        assert_ne!(one, other);
        assert_eq!(one.len(), 32);
    }
}
