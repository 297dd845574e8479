//! Strict query strings and path parameters.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::web::{PathConfig, Query};
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;
use validator::Validate;

use crate::Problem;
use crate::validation::check;

/// A query string that was read and validated. `T` should say `#[serde(deny_unknown_fields)]`.
#[derive(Debug)]
pub struct QueryParams<T>(pub T);

impl<T: DeserializeOwned + Validate> FromRequest for QueryParams<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(parse(request.query_string()))
    }
}

fn parse<T: DeserializeOwned + Validate>(query: &str) -> Result<QueryParams<T>, Problem> {
    let Query(params) = Query::<T>::from_query(query).map_err(|error| {
        Problem::bad_request("invalid_query", format!("the query string is not valid: {error}"))
    })?;
    check(&params).map_err(|errors| {
        let problem = Problem::bad_request("invalid_query", "some parameters are not valid");
        errors.into_iter().fold(problem, |problem, field| {
            problem.with_field(field.pointer.trim_start_matches('/'), field.message)
        })
    })?;
    Ok(QueryParams(params))
}

/// A path parameter that does not parse (an id that is none) names nothing: 404.
pub(crate) fn path_config() -> PathConfig {
    PathConfig::default()
        .error_handler(|_error, _request| Problem::not_found("there is nothing at this address").into())
}
