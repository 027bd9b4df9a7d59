//! Date functions on other columns, hours of a date, and `trunc` to a time of day on a date.

use orm::value::{Date, Timestamp};
use orm::{DateUnit, Model, TimeUnit};

#[derive(Model, Debug)]
struct Order {
    id: i64,
    title: String,
    day: Date,
    placed_at: Timestamp,
}

fn main() {
    let _ = Order::query().select(Order::id().year());
    let _ = Order::query().select(Order::title().truncate_to(DateUnit::Month));
    let _ = Order::query().filter(Order::day().hour().eq(12));
    let _ = Order::query().select(Order::day().truncate_time_to(TimeUnit::Hour));
    let _ = Order::query().select(Order::placed_at().truncate_to(TimeUnit::Hour));
    let _ = Order::query().filter(Order::placed_at().year().eq("2026"));
}
