//! What building and signing a `pay` costs beside the bare RSA signature. The whole may take at most
//! 1.15 times the signature; the ratio is printed at the end, and over the bar the bench fails.

#![allow(clippy::unwrap_used, missing_docs, reason = "a bench stops at the first surprise")]

#[path = "../tests/common/mod.rs"]
mod common;

use std::hint::black_box;
use std::time::Duration;

use common::{Reply, merchant_key, payment, scene};
use criterion::{Criterion, criterion_group};
use wallet_api::keys::Signer as _;

const BAR: f64 = 1.15;

fn build_and_sign(criterion: &mut Criterion) {
    let scene = scene(Ok(Reply::unsigned("{}")));
    let call = scene.client.prepare_pay(&payment()).unwrap();
    let key = merchant_key();
    let content = call.body.clone();
    let mut group = criterion.benchmark_group("sign");
    group.sample_size(60).measurement_time(Duration::from_secs(4)).warm_up_time(Duration::from_secs(1));
    group.bench_function("bare RSA signature", |bencher| {
        bencher.iter(|| key.sign(black_box(&content)).unwrap())
    });
    group.bench_function("build and sign a pay request", |bencher| {
        bencher.iter(|| {
            let call = scene.client.prepare_pay(black_box(&payment())).unwrap();
            scene.client.sign(&call).unwrap()
        });
    });
    group.finish();
}

criterion_group!(benches, build_and_sign);

/// Both measured in turns, so that a machine that slows down slows both; the median of the ratios.
fn ratio() -> f64 {
    const ROUNDS: usize = 31;
    const CALLS: u32 = 40;
    let scene = scene(Ok(Reply::unsigned("{}")));
    let call = scene.client.prepare_pay(&payment()).unwrap();
    let key = merchant_key();
    let timed = |work: &dyn Fn()| {
        #[allow(clippy::disallowed_methods, reason = "a bench measures real time")]
        let start = std::time::Instant::now();
        for _ in 0..CALLS {
            work();
        }
        start.elapsed().as_secs_f64()
    };
    let mut ratios: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let bare = timed(&|| {
                black_box(key.sign(black_box(&call.body)).unwrap());
            });
            let whole = timed(&|| {
                let call = scene.client.prepare_pay(black_box(&payment())).unwrap();
                black_box(scene.client.sign(&call).unwrap());
            });
            whole / bare
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    ratios[ROUNDS / 2]
}

#[allow(clippy::print_stdout, reason = "the ratio is what this program is for")]
fn main() {
    benches();
    Criterion::default().configure_from_args().final_summary();
    let ratio = ratio();
    println!("build and sign / bare signature: {ratio:.3} (bar {BAR})");
    assert!(ratio <= BAR, "building and signing costs more than {BAR} times the bare signature");
}
