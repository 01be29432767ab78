//! What the functions serve, as their own binaries list it.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::binary::binary;

/// The function of a route, its methods and its paths.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Listed {
    /// The function's name.
    #[serde(default)]
    pub function: String,
    /// The methods it takes.
    pub methods: Vec<String>,
    /// Its paths, with variables such as `{channel}`.
    pub paths: Vec<String>,
    /// The rest of it, where it is a request of another server.
    pub drop_in: Option<ListedDropIn>,
}

/// What the documentation says of a request of another server.
#[derive(Debug, Deserialize)]
pub struct ListedDropIn {
    /// What is sent beside the path.
    pub sends: String,
    /// What goes back with a token.
    pub answer: String,
    /// What goes back with a refusal.
    pub refusal: String,
    /// Who reads it.
    pub readers: String,
}

static ROUTES: LazyLock<Vec<Listed>> = LazyLock::new(|| {
    let functions = Path::new(env!("CARGO_MANIFEST_DIR")).join("../functions");
    let entries = fs::read_dir(functions).expect("the functions are there");
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names.into_iter().flat_map(|name| listed(&name)).collect()
});

fn listed(function: &str) -> Vec<Listed> {
    let mut command = Command::new(binary(function));
    let output = command.arg("routes").env_clear().output().unwrap();
    assert!(output.status.success(), "{function} lists its routes");
    let mut routes: Vec<Listed> = serde_json::from_slice(&output.stdout).unwrap();
    for route in &mut routes {
        function.clone_into(&mut route.function);
    }
    routes
}

/// Every route of every function.
#[must_use]
pub fn all() -> &'static [Listed] {
    &ROUTES
}

/// The requests of other servers among them.
pub fn drop_ins() -> impl Iterator<Item = &'static Listed> + Clone {
    all().iter().filter(|route| route.drop_in.is_some())
}
