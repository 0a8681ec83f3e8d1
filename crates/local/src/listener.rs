//! The HTTP listener that SNS delivers to, and through which another terminal asks and stops us.
//!
//! Every path begins with a secret, so that only those who were told it are listened to:
//! `POST /<secret>/users/<user>` from SNS; `GET /<secret>/notices` and `POST /<secret>/stop` from another terminal.

use std::sync::Arc;

use http_body_util::{BodyExt, Full, Limited};
use hyper::{Method, Request, Response, StatusCode, body::Bytes, body::Incoming};
use jiff::Timestamp;
use tokio::{sync::watch, task::JoinHandle};

use crate::{
    LocalError,
    http::{self, Pages, status},
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
    mailbox: Arc<Mailbox>,
    stop: watch::Sender<bool>,
}

impl Listener {
    pub(crate) async fn start(sns: aws_sdk_sns::Client) -> Result<Self, LocalError> {
        let (socket, port) = http::listen().await?;
        let secret = http::secret()?;
        let address = format!("http://127.0.0.1:{port}/{secret}");
        let shared = Arc::new(Shared { secret, sns, mailbox: Arc::default(), stop: watch::Sender::new(false) });
        let answering = Arc::clone(&shared);
        let task = tokio::spawn(http::serve(socket, Pages::None, move |request| {
            let shared = Arc::clone(&answering);
            async move { answer(request, &shared).await }
        }));
        Ok(Self { address, shared, task })
    }

    /// The address that all paths begin with.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    pub(crate) fn mailbox(&self) -> &Arc<Mailbox> {
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
            let confirm = shared.sns.confirm_subscription().topic_arn(&topic_arn).token(token);
            if confirm.send().await.is_err() {
                return StatusCode::BAD_GATEWAY;
            }
            shared.mailbox.confirm(user, &topic_arn);
        }
        Ok(SnsRequest::UnsubscribeConfirmation) => {}
        Err(_) => return StatusCode::BAD_REQUEST,
    }
    StatusCode::OK
}
