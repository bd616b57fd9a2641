//! Parts of what is served (RFC 9110, section 14): one range of bytes at a time.
//!
//! Several ranges in one request are answered with the whole, as the RFC allows: no reader of documents asks so, and
//! whoever does may make a small request cost much.

use std::ops::Range as Bytes;

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{
        StatusCode,
        header::{
            ACCEPT_RANGES, CONTENT_RANGE, ContentRange, ContentRangeSpec, ETag, EntityTag, Header,
            IF_RANGE, IfRange, RANGE, Range,
        },
    },
};

use super::problem::ProblemBody;

/// What of the bytes a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// All of them.
    Whole,
    /// From the first to the last of these, both of which are there.
    Part(u64, u64),
    /// Some that are not there.
    Beyond,
}

impl Asked {
    /// The bytes of `length` that are wanted; `None` where they are not there.
    pub fn bytes(self, length: u64) -> Option<Bytes<u64>> {
        match self {
            Self::Whole => Some(0..length),
            Self::Part(first, last) => Some(first..last + 1),
            Self::Beyond => None,
        }
    }

    /// Says in the head of `answer` what it holds of `length` bytes, which `tag` names.
    pub fn head(self, length: u64, tag: Option<EntityTag>, answer: &mut HttpResponseBuilder) {
        answer.insert_header((ACCEPT_RANGES, "bytes"));
        if let Some(tag) = tag {
            answer.insert_header(ETag(tag));
        }
        if let Self::Part(first, last) = self {
            answer.insert_header(content_range(Some((first, last)), length));
        }
    }
}

/// What `request` asks for of `length` bytes, which `tag` names. A range that cannot be read is as if there were
/// none, and so is one of what was there before.
pub fn asked(request: &HttpRequest, length: u64, tag: Option<&EntityTag>) -> Asked {
    let only_one = request.headers().get_all(RANGE).count() == 1;
    let Ok(Range::Bytes(ranges)) = Range::parse(request) else {
        return Asked::Whole;
    };
    let [range] = &ranges[..] else {
        return Asked::Whole;
    };
    if !only_one || !is_the_same(request, tag) {
        return Asked::Whole;
    }
    match range.to_satisfiable_range(length) {
        Some((first, last)) => Asked::Part(first, last),
        None => Asked::Beyond,
    }
}

/// Whether the caller has parts of what is served now, or does not say. No date is given, so that none is the same.
fn is_the_same(request: &HttpRequest, tag: Option<&EntityTag>) -> bool {
    if !request.headers().contains_key(IF_RANGE) {
        return true;
    }
    match (request.get_header::<IfRange>(), tag) {
        (Some(IfRange::EntityTag(theirs)), Some(tag)) => theirs.strong_eq(tag),
        _ => false,
    }
}

/// Says that there is nothing where it was asked for, and how much there is.
pub fn unsatisfiable(length: u64) -> HttpResponse {
    let mut answer = ProblemBody::new(StatusCode::RANGE_NOT_SATISFIABLE, "range_not_satisfiable")
        .into_response();
    if let Ok(value) = actix_web::http::header::HeaderValue::from_str(&format!("bytes */{length}"))
    {
        answer.headers_mut().insert(CONTENT_RANGE, value);
    }
    answer
}

fn content_range(range: Option<(u64, u64)>, length: u64) -> ContentRange {
    ContentRange(ContentRangeSpec::Bytes {
        range,
        instance_length: Some(length),
    })
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn of(range: &str, if_range: Option<&str>) -> Asked {
        let mut request = TestRequest::get().insert_header((RANGE, range));
        if let Some(text) = if_range {
            request = request.insert_header((IF_RANGE, text));
        }
        let tag = EntityTag::new_strong("abc".to_owned());
        asked(&request.to_http_request(), 100, Some(&tag))
    }

    #[test]
    fn one_range_of_bytes_is_read_as_the_rfc_says() {
        for (text, expected) in [
            ("bytes=0-9", Asked::Part(0, 9)),
            ("bytes=90-", Asked::Part(90, 99)),
            ("bytes=90-1000", Asked::Part(90, 99)),
            ("bytes=-10", Asked::Part(90, 99)),
            ("bytes=-1000", Asked::Part(0, 99)),
            ("bytes=99-99", Asked::Part(99, 99)),
            ("bytes=100-", Asked::Beyond),
            ("bytes=100-200", Asked::Beyond),
            ("bytes=-0", Asked::Beyond),
            // No range of ours: as if there were none.
            ("bytes=9-0", Asked::Whole),
            ("bytes=0-1,5-9", Asked::Whole),
            ("bytes=", Asked::Whole),
            ("bytes=x-y", Asked::Whole),
            ("lines=0-9", Asked::Whole),
            ("bytes=-99999999999999999999999", Asked::Whole),
        ] {
            assert_eq!(of(text, None), expected, "{text}");
        }
    }

    #[test]
    fn a_part_of_something_else_is_not_given() {
        let part = Asked::Part(0, 9);
        assert_eq!(of("bytes=0-9", Some("\"abc\"")), part);
        for other in [
            "\"abd\"",
            "W/\"abc\"",
            "abc",
            "",
            "Sun, 06 Nov 1994 08:49:37 GMT",
        ] {
            assert_eq!(of("bytes=0-9", Some(other)), Asked::Whole, "{other}");
        }
        assert_eq!(of("bytes=200-", Some("\"old\"")), Asked::Whole);
    }
}
