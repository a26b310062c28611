//! The migrations are embedded by a macro, which does not tell Cargo of the folder that it reads.

fn main() {
    println!("cargo::rerun-if-changed=../schemas/sql");
}
