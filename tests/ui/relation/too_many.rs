//! More relations than a row can hold.

use orm::Model;

#[derive(Model)]
#[has_one(r0: Pet)]
#[has_one(r1: Pet)]
#[has_one(r2: Pet)]
#[has_one(r3: Pet)]
#[has_one(r4: Pet)]
#[has_one(r5: Pet)]
#[has_one(r6: Pet)]
#[has_one(r7: Pet)]
#[has_one(r8: Pet)]
#[has_one(r9: Pet)]
#[has_one(r10: Pet)]
#[has_one(r11: Pet)]
#[has_one(r12: Pet)]
#[has_one(r13: Pet)]
#[has_one(r14: Pet)]
#[has_one(r15: Pet)]
#[has_one(r16: Pet)]
#[has_one(r17: Pet)]
#[has_one(r18: Pet)]
#[has_one(r19: Pet)]
#[has_one(r20: Pet)]
#[has_one(r21: Pet)]
#[has_one(r22: Pet)]
#[has_one(r23: Pet)]
#[has_one(r24: Pet)]
#[has_one(r25: Pet)]
#[has_one(r26: Pet)]
#[has_one(r27: Pet)]
#[has_one(r28: Pet)]
#[has_one(r29: Pet)]
#[has_one(r30: Pet)]
#[has_one(r31: Pet)]
#[has_one(r32: Pet)]
struct Person {
    id: i64,
}

#[derive(Model)]
struct Pet {
    id: i64,
    person_id: i64,
}

fn main() {}
