//! Puts the built web files (`web/widget/dist`) into the program, or a placeholder that says how to build them. It
//! builds nothing itself and needs no network; with `REQUIRE_WEB=1`, as for a release, their absence is an error.

use std::fmt::Write as _;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

const WIDGET: &str = "../../web/widget";

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let dist = folder.join(WIDGET).join("dist");
    println!("cargo::rerun-if-env-changed=REQUIRE_WEB");
    let is_built = dist.join("widget.js").is_file() && dist.join("demo/index.html").is_file();
    let (root, watched) = if is_built {
        (dist.clone(), dist)
    } else {
        let is_required = std::env::var_os("REQUIRE_WEB").is_some_and(|value| value == "1");
        assert!(!is_required, "REQUIRE_WEB=1, but {} is not built: run `make web` first", dist.display());
        // The folder in which it will appear.
        (folder.join("placeholder"), folder.join(WIDGET))
    };
    println!("cargo::rerun-if-changed={}", watched.display());
    println!("cargo::rerun-if-changed=placeholder");
    println!("cargo::rerun-if-changed=build.rs");
    let target = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it")).join("web_files.rs");
    fs::write(&target, table(&root)).expect("the output folder can be written");
}

/// The table of files, as Rust.
fn table(root: &Path) -> String {
    let mut files = Vec::new();
    collect(root, &mut files);
    files.sort();
    let mut table = "&[\n".to_owned();
    for file in files.iter().filter(|file| !is_compressed(file)) {
        let path = file.strip_prefix(root).expect("it was found there").display();
        let bytes = fs::read(file).expect("a file that was found can be read");
        let mut hasher = DefaultHasher::new();
        bytes.hash(&mut hasher);
        let (brotli, gzip) = (compressed(file, "br"), compressed(file, "gz"));
        writeln!(
            table,
            "    WebFile {{ path: \"/{path}\", media_type: {:?}, tag: \"{:016x}\", plain: include_bytes!({file:?}), \
             brotli: {brotli}, gzip: {gzip} }},",
            media_type(file),
            hasher.finish(),
        )
        .expect("a string takes everything");
    }
    table + "]\n"
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}

fn is_compressed(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "br" || extension == "gz")
}

/// The same file, compressed beforehand, as an expression.
fn compressed(file: &Path, coding: &str) -> String {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(coding);
    let path = PathBuf::from(name);
    if path.is_file() { format!("Some(include_bytes!({path:?}))") } else { "None".to_owned() }
}

fn media_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("html") => "text/html; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("webp") => "image/webp",
        Some("woff2") => "font/woff2",
        _ => panic!("{} is of a kind that nobody serves: add it to build.rs", file.display()),
    }
}
