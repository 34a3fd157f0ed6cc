//! Writes the TypeScript bindings of the contract to where the screen reads them.

fn main() -> std::io::Result<()> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../ui/src/ipc/bindings.ts");
    std::fs::write(path, pli_api::typescript())
}
