//! The folder of migrations is not there.

fn main() {
    let _ = orm::migrations!("migrations/nowhere");
}
