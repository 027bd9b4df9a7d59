//! The folder of the migrations does not exist.

fn main() {
    let _ = orm::migrations!("migrations/nowhere");
}
