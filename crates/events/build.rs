//! Compiles `proto-schemas/` into Rust types and their JSON form, without a `protoc` binary.

use std::error::Error;
use std::path::Path;

use prost::Message;

const FILES: [&str; 3] = [
    "deskbell/events/v1/chat.proto",
    "deskbell/events/v1/envelope.proto",
    "deskbell/events/v1/notifications.proto",
];

fn main() -> Result<(), Box<dyn Error>> {
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../proto-schemas");
    println!("cargo::rerun-if-changed={}", schemas.display());

    let descriptors = protox::compile(FILES, [&schemas])?;
    pbjson_build::Builder::new()
        .register_descriptors(&descriptors.encode_to_vec())?
        .ignore_unknown_fields()
        .build(&[".deskbell.events.v1"])?;
    prost_build::Config::new()
        .compile_well_known_types()
        .extern_path(".google.protobuf", "::pbjson_types")
        .compile_fds(descriptors)?;
    Ok(())
}
