//! Prints the TypeScript bindings of the contract.

fn main() {
    print!("{}", pli_api::typescript());
}
