//! The HTTP listener that SNS delivers to, and through which another terminal asks and stops us.
//!
//! Every path begins with a secret, so that only those who were told it are listened to:
//! `POST /<secret>/users/<user>` from SNS; `GET /<secret>/notices` and `POST /<secret>/stop` from another terminal.

use std::{net::Ipv4Addr, sync::Arc};

use http_body_util::{BodyExt, Full, Limited};
use hyper::{Method, Request, Response, StatusCode, body::Bytes, body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};

use crate::{
    LocalError,
    notice::{Mailbox, Notice, SnsRequest},
};

/// The largest request; SNS sends at most 256 KiB, escaped once more.
const MAX_BODY: usize = 4 * 1024 * 1024;

/// A listener that ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Listener {
    address: String,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    secret: String,
    sns: aws_sdk_sns::Client,
    mailbox: Mailbox,
    stop: watch::Sender<bool>,
}

impl Listener {
    pub(crate) async fn start(sns: aws_sdk_sns::Client) -> Result<Self, LocalError> {
        let network = |source| LocalError::Network { what: "listening on 127.0.0.1".to_owned(), source };
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(network)?;
        let port = socket.local_addr().map_err(network)?.port();
        let secret = secret()?;
        let address = format!("http://127.0.0.1:{port}/{secret}");
        let shared = Arc::new(Shared { secret, sns, mailbox: Mailbox::default(), stop: watch::Sender::new(false) });
        let task = tokio::spawn(accept(socket, Arc::clone(&shared)));
        Ok(Self { address, shared, task })
    }

    /// The address that all paths begin with.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    pub(crate) fn mailbox(&self) -> &Mailbox {
        &self.shared.mailbox
    }

    /// Resolves when somebody asks us to stop.
    pub(crate) async fn stop_requested(&self) {
        // The sender lives as long as `self`: waiting cannot fail.
        let _ = self.shared.stop.subscribe().wait_for(|stop| *stop).await;
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// 128 random bits in hexadecimal.
fn secret() -> Result<String, LocalError> {
    let what = "drawing a random number".to_owned();
    let word = || getrandom::u64().map_err(|error| LocalError::Network { what: what.clone(), source: error.into() });
    Ok(format!("{:016x}{:016x}", word()?, word()?))
}

async fn accept(socket: TcpListener, shared: Arc<Shared>) {
    loop {
        // A connection that breaks while it is accepted is its caller's trouble.
        if let Ok((stream, _)) = socket.accept().await {
            tokio::spawn(serve(stream, Arc::clone(&shared)));
        }
    }
}

async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    let service = service_fn(move |request| {
        let shared = Arc::clone(&shared);
        async move { Ok::<_, std::convert::Infallible>(answer(request, &shared).await) }
    });
    // A caller that hangs up early is none of ours.
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(request: Request<Incoming>, shared: &Shared) -> Response<Full<Bytes>> {
    let path = request.uri().path().to_owned();
    let Some(path) = path.strip_prefix('/').and_then(|path| path.strip_prefix(&shared.secret)) else {
        return status(StatusCode::NOT_FOUND);
    };
    match (request.method(), path) {
        (&Method::GET, "/notices") => {
            let notices = serde_json::to_vec(&shared.mailbox.all()).expect("notices are plain data");
            Response::new(Full::new(notices.into()))
        }
        (&Method::POST, "/stop") => {
            shared.stop.send_replace(true);
            status(StatusCode::ACCEPTED)
        }
        (&Method::POST, path) => match path.strip_prefix("/users/") {
            Some(user) => status(take(user, request, shared).await),
            None => status(StatusCode::NOT_FOUND),
        },
        _ => status(StatusCode::NOT_FOUND),
    }
}

async fn take(user: &str, request: Request<Incoming>, shared: &Shared) -> StatusCode {
    let received_at = Timestamp::now();
    let Ok(body) = Limited::new(request.into_body(), MAX_BODY).collect().await else {
        return StatusCode::BAD_REQUEST;
    };
    match serde_json::from_slice(&body.to_bytes()) {
        Ok(SnsRequest::Notification(message)) => shared.mailbox.add(Notice::new(user, message, received_at)),
        Ok(SnsRequest::SubscriptionConfirmation { topic_arn, token }) => {
            let confirm = shared.sns.confirm_subscription().topic_arn(topic_arn).token(token);
            if confirm.send().await.is_err() {
                return StatusCode::BAD_GATEWAY;
            }
            shared.mailbox.confirm(user);
        }
        Ok(SnsRequest::UnsubscribeConfirmation) => {}
        Err(_) => return StatusCode::BAD_REQUEST,
    }
    StatusCode::OK
}

fn status(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::default();
    *response.status_mut() = status;
    response
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
