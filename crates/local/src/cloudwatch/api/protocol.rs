//! How a call is told: to CloudWatch by rpc-v2-cbor, which the SDKs and the AWS CLI of today speak, or by awsJson 1.0; to
//! CloudWatch Logs by awsJson 1.1.

use std::io::Read as _;

use atalaya_cloudwatch_api::logs;
use flate2::read::GzDecoder;
use http_body_util::Full;
use hyper::{HeaderMap, Method, Response, StatusCode, Uri, body::Bytes, header};
use serde_json::{Value, json};

use super::{cbor, members};

/// The service's name in addresses and targets.
const SERVICE: &str = "GraniteServiceVersion20100801";
/// What targets of CloudWatch Logs begin with.
const LOGS: &str = "Logs_20140328";
/// The namespace of CloudWatch's shapes.
const SHAPES: &str = "com.amazonaws.cloudwatch";
/// The largest request, unpacked.
pub(super) const MAX_BODY: usize = 4 * 1024 * 1024;

const PROTOCOL: &str = "smithy-protocol";
const CBOR: &str = "rpc-v2-cbor";
const TARGET: &str = "x-amz-target";
const QUERY_ERROR: &str = "x-amzn-query-error";

/// A protocol, and with it the service that is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    /// CloudWatch's rpc-v2-cbor.
    Cbor,
    /// CloudWatch's awsJson 1.0.
    Json,
    /// CloudWatch Logs' awsJson 1.1.
    Logs,
}

/// What is wrong with a call: an error of CloudWatch's, or of the protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) code: String,
    pub(super) message: String,
    /// The whole body of the answer, where it holds more than these two.
    body: Option<Value>,
}

impl Fault {
    pub(super) fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into(), body: None }
    }

    /// An error of CloudWatch Logs, which says where in a query it is.
    pub(super) fn of_logs(error: logs::ApiError) -> Self {
        Self { body: Some(error.body()), ..Self::new(error.code, error.message) }
    }

    fn status(&self, protocol: Protocol) -> StatusCode {
        match self.code.as_str() {
            "ServiceUnavailableException" => StatusCode::SERVICE_UNAVAILABLE,
            _ if protocol == Protocol::Logs => StatusCode::BAD_REQUEST,
            "ResourceNotFound" | "ResourceNotFoundException" | "UnknownOperationException" => StatusCode::NOT_FOUND,
            "InternalServiceError" | "InternalServiceFault" => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        }
    }
}

/// The protocol and the operation of a request.
pub(super) fn operation(method: &Method, uri: &Uri, headers: &HeaderMap) -> Result<(Protocol, String), Fault> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if method != Method::POST {
        return Err(Fault::new("UnknownOperationException", format!("{method} is not POST")));
    }
    if text(PROTOCOL) == Some(CBOR) {
        let named = uri.path().strip_prefix("/service/").and_then(|path| path.strip_prefix(SERVICE));
        return match named.and_then(|path| path.strip_prefix("/operation/")) {
            Some(operation) => Ok((Protocol::Cbor, operation.to_owned())),
            None => Err(Fault::new("UnknownOperationException", format!("{} names no operation", uri.path()))),
        };
    }
    match text(TARGET).and_then(|target| target.split_once('.')) {
        Some((SERVICE, operation)) => Ok((Protocol::Json, operation.to_owned())),
        Some((LOGS, operation)) => Ok((Protocol::Logs, operation.to_owned())),
        Some(_) => {
            let message = format!("{TARGET} begins neither with {SERVICE} nor with {LOGS}");
            Err(Fault::new("UnknownOperationException", message))
        }
        None => Err(Fault::new(
            "UnknownOperationException",
            format!(
                "the call is neither {CBOR} nor awsJson 1.0: use an SDK of 2025 or later, or the AWS CLI of the local AWS"
            ),
        )),
    }
}

/// The body without its compression: clients compress a PutMetricData of 10 KiB and more.
pub(super) fn unpacked(headers: &HeaderMap, body: Bytes) -> Result<Bytes, Fault> {
    match headers.get(header::CONTENT_ENCODING).map(|encoding| encoding.as_bytes()) {
        None | Some(b"" | b"identity") => Ok(body),
        Some(b"gzip") => {
            let mut plain = Vec::new();
            let read = GzDecoder::new(&body[..]).take(MAX_BODY as u64 + 1).read_to_end(&mut plain);
            read.map_err(|error| Fault::new("SerializationException", format!("the body is not gzip: {error}")))?;
            if plain.len() > MAX_BODY {
                return Err(too_large());
            }
            Ok(plain.into())
        }
        Some(other) => {
            let other = String::from_utf8_lossy(other);
            Err(Fault::new("SerializationException", format!("the body is packed with `{other}`; gzip is understood")))
        }
    }
}

pub(super) fn too_large() -> Fault {
    Fault::new("RequestEntityTooLargeException", format!("a request may have {MAX_BODY} bytes"))
}

impl Protocol {
    /// Reads what a call is given.
    pub(super) fn read(self, body: &[u8]) -> Result<Value, Fault> {
        let input = match self {
            Self::Cbor => cbor::decode(body).map_err(|error| error.to_string()),
            Self::Json | Self::Logs if body.is_empty() => Ok(json!({})),
            Self::Json | Self::Logs => {
                serde_json::from_slice(body).map_err(|error| format!("the body is not JSON: {error}"))
            }
        };
        match input {
            Ok(input) if input.is_object() => Ok(input),
            Ok(_) => Err(Fault::new("SerializationException", "the body is not a map of members")),
            Err(message) => Err(Fault::new("SerializationException", message)),
        }
    }

    /// Writes a call's answer.
    pub(super) fn answer(self, operation: &str, output: &Value) -> Response<Full<Bytes>> {
        match self {
            // The protocol asks for no body and no type where the model has no answer.
            Self::Cbor if !members::answers(operation) => {
                let mut response = self.response(StatusCode::OK, Bytes::new());
                response.headers_mut().remove(header::CONTENT_TYPE);
                response
            }
            _ => self.response(StatusCode::OK, self.body(output)),
        }
    }

    /// Writes an error of an operation.
    pub(super) fn error(self, operation: &str, fault: &Fault) -> Response<Full<Bytes>> {
        let status = fault.status(self);
        if self == Self::Logs {
            let body = fault.body.clone();
            let body = body.unwrap_or_else(|| json!({ "__type": fault.code, "message": fault.message }));
            return self.response(status, self.body(&body));
        }
        let (code, shape) = members::error_names(operation, &fault.code);
        let body = json!({ "__type": format!("{SHAPES}#{shape}"), "message": fault.message });
        let mut response = self.response(status, self.body(&body));
        // Clients know CloudWatch's errors by the codes of the protocol that it had before.
        let whose = if status.is_server_error() { "Receiver" } else { "Sender" };
        if let Ok(value) = format!("{code};{whose}").parse() {
            response.headers_mut().insert(QUERY_ERROR, value);
        }
        response
    }

    fn body(self, value: &Value) -> Bytes {
        match self {
            Self::Cbor => cbor::encode(value).into(),
            Self::Json | Self::Logs => value.to_string().into(),
        }
    }

    fn response(self, status: StatusCode, body: Bytes) -> Response<Full<Bytes>> {
        let mut response = Response::new(Full::new(body));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        let content = match self {
            Self::Cbor => {
                headers.insert(PROTOCOL, header::HeaderValue::from_static(CBOR));
                "application/cbor"
            }
            Self::Json => "application/x-amz-json-1.0",
            Self::Logs => "application/x-amz-json-1.1",
        };
        headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(content));
        response
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().expect("a name"), value.parse().expect("a value"))).collect()
    }

    fn named(path: &'static str, pairs: &[(&'static str, &'static str)]) -> Result<(Protocol, String), Fault> {
        operation(&Method::POST, &Uri::from_static(path), &headers(pairs))
    }

    #[test]
    fn an_operation_is_named_by_either_protocol() {
        let path = "/service/GraniteServiceVersion20100801/operation/DescribeAlarms";
        assert_eq!(named(path, &[(PROTOCOL, CBOR)]), Ok((Protocol::Cbor, "DescribeAlarms".to_owned())));
        let target = [(TARGET, "GraniteServiceVersion20100801.PutMetricData")];
        assert_eq!(named("/", &target), Ok((Protocol::Json, "PutMetricData".to_owned())));
        let target = [(TARGET, "Logs_20140328.StartQuery")];
        assert_eq!(named("/", &target), Ok((Protocol::Logs, "StartQuery".to_owned())));
        for (path, pairs) in [("/", vec![(PROTOCOL, CBOR)]), ("/", vec![(TARGET, "SQS.X")]), ("/", vec![])] {
            assert_eq!(named(path, &pairs).expect_err("no operation").code, "UnknownOperationException");
        }
        assert!(named("/", &[]).expect_err("the old protocol").message.contains("rpc-v2-cbor"));
    }

    #[test]
    fn a_compressed_body_is_unpacked_within_bounds() {
        let gzip = [("content-encoding", "gzip")];
        let packed = |plain: &[u8]| {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(plain).and_then(|()| encoder.finish()).map(Bytes::from).expect("packed")
        };
        assert_eq!(unpacked(&headers(&gzip), packed(b"body")).expect("it is gzip"), "body");
        assert_eq!(unpacked(&headers(&[]), "body".into()).expect("it is plain"), "body");
        let refused = |pairs, body| unpacked(&headers(pairs), body).expect_err("refused").message;
        assert!(refused(&gzip, packed(&vec![0; MAX_BODY + 1])).contains("4194304 bytes"));
        assert!(refused(&gzip, "body".into()).contains("not gzip"));
        assert!(refused(&[("content-encoding", "br")], "body".into()).contains("`br`"));
    }

    #[test]
    fn an_error_is_named_by_its_shape_and_by_its_code() {
        let response = Protocol::Json.error("PutMetricData", &Fault::new("InvalidParameterValue", "no"));
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
        assert_eq!(response.headers()[QUERY_ERROR], "InvalidParameterValue;Sender");
        let gone = Fault::new("ResourceNotFound", "no");
        assert_eq!(Protocol::Json.error("SetAlarmState", &gone).status(), StatusCode::NOT_FOUND);
        let gone = Fault::new("ResourceNotFoundException", "no");
        let response = Protocol::Logs.error("GetQueryResults", &gone);
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
        assert!(!response.headers().contains_key(QUERY_ERROR));
        let silent = Protocol::Cbor.answer("PutMetricData", &json!({}));
        assert!(!silent.headers().contains_key(header::CONTENT_TYPE));
    }
}
