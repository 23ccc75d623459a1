//! What every store promises, asked of each of them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper that fails fails its test")]

mod agreement;
mod books;
mod catalog;
mod crowds;
#[path = "../database/mod.rs"]
mod database;
mod dealings;
mod erasing;
mod explaining;
#[path = "../goods/mod.rs"]
mod goods;
mod jobs;
mod lists;
mod orders;
mod outages;
mod outbox;
mod plans;
mod refunds;
mod rules;
mod sealed;
mod shoppers;
mod support;
mod wire;

/// Makes a test of each function for each kind of store.
macro_rules! of_every_store {
    ($($room:ident: $($test:ident),+;)+) => {
        of_one_store!(sqlite: $($room: $($test),+;)+);
        of_one_store!(postgres: $($room: $($test),+;)+);
        of_one_store!(memory: $($room: $($test),+;)+);
    };
}

/// The tests of one kind of store.
macro_rules! of_one_store {
    ($kind:ident: $($room:ident: $($test:ident),+;)+) => {
        mod $kind {
            $(mod $room {
                $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    crate::$room::$test(crate::support::Shop::$kind().await).await;
                })+
            })+
        }
    };
}

of_every_store! {
    orders:
        an_order_is_loaded_as_it_was_committed,
        a_commit_against_an_old_version_changes_nothing,
        a_quote_becomes_one_order,
        an_order_priced_by_an_older_catalogue_is_refused,
        what_a_customer_ordered_counts_until_it_is_given_up,
        a_coupon_is_used_as_often_as_it_may_be_and_given_back_with_the_order,
        more_than_there_is_is_refused_whole,
        an_overlap_with_an_unpaid_order_needs_consent_to_the_newest,
        a_customer_has_a_limited_number_of_unpaid_orders,
        a_payment_id_belongs_to_one_attempt,
        the_bytes_of_a_payment_are_found_by_its_attempt,
        what_was_paid_is_sold_and_what_ended_unpaid_is_free_again,
        a_nul_in_what_a_wallet_says_is_no_obstacle;
    refunds:
        a_refund_is_loaded_as_it_was_committed,
        the_bytes_of_a_refund_are_kept_once,
        a_refunds_key_belongs_to_one_order,
        a_refund_of_units_is_loaded_with_what_it_gives_back_of_each_part,
        units_come_back_with_the_change_that_ends_their_refund;
    rules:
        paid_is_never_left,
        an_attempt_is_never_written_twice,
        an_order_has_one_live_attempt,
        refunds_never_exceed_what_was_paid,
        a_refund_keeps_its_terms_and_its_end,
        a_unit_is_given_back_once,
        stock_is_never_more_than_it_is;
    sealed:
        what_is_sealed_is_read_as_it_was_written_and_the_rows_tell_nothing_of_it,
        an_older_key_opens_what_it_sealed_and_a_missing_one_is_named,
        a_value_copied_to_another_row_or_column_does_not_open;
    erasing:
        what_was_personal_of_an_order_is_gone_and_what_is_counted_stays,
        what_comes_after_an_erasure_is_kept_and_opens,
        what_is_not_over_is_not_erased,
        a_message_that_waits_holds_an_erasure_up,
        an_order_is_erased_once,
        what_can_be_erased_is_found_the_longest_unchanged_first,
        a_customers_sessions_and_quotes_are_forgotten;
    jobs:
        what_is_due_is_claimed_the_longest_waiting_first,
        a_claim_is_over_with_its_lease_and_its_fence_with_it,
        a_job_that_is_put_off_falls_due_then_or_when_it_was_asked_for_meanwhile,
        a_commit_ends_its_job_unless_it_asks_for_it_again,
        a_commit_with_a_lost_fence_changes_nothing,
        who_claimed_a_job_that_is_gone_holds_no_later_one,
        what_is_asked_for_while_somebody_works_on_it_stands,
        the_next_job_is_known,
        what_an_earlier_run_claimed_is_handed_back_where_no_other_server_can_have_it,
        a_server_that_stops_hands_back_its_own_claims_alone,
        a_job_asked_for_beside_any_decision_comes_when_it_was_first_wanted;
    lists:
        a_customers_unpaid_orders_come_first,
        all_orders_are_listed_in_pages,
        a_story_tells_events_stock_and_jobs,
        versions_are_told_of_many_orders_at_once,
        counts_count;
    shoppers:
        a_session_is_found_by_its_hash,
        a_quote_is_read_as_it_was_kept,
        of_one_customers_quotes_the_newest_are_kept,
        what_expired_is_swept_a_part_at_a_time,
        the_first_secret_stays,
        a_notification_is_kept_once_by_its_body,
        the_store_says_that_it_works;
    catalog:
        a_catalogue_is_read_as_it_was_imported,
        the_catalogue_of_some_skus_is_theirs_with_the_stock_of_now,
        an_import_keeps_reservations_and_what_was_sold,
        a_currency_stays_while_orders_in_it_are_unpaid;
    crowds:
        the_last_units_are_sold_once,
        carts_in_any_order_dont_block_each_other,
        of_two_orders_at_once_by_one_customer_one_is_told_of_the_other,
        a_customers_limit_holds_for_orders_at_once,
        of_many_decisions_on_one_version_one_stands,
        two_payments_cant_take_one_payment_id_at_once,
        two_orders_cant_take_one_refund_key_at_once,
        one_quote_ordered_many_times_at_once_is_one_order,
        claimers_at_once_share_the_jobs,
        a_secret_asked_for_at_once_is_one,
        orders_and_imports_at_once_agree_about_the_price,
        the_last_uses_of_a_coupon_go_to_as_many;
    dealings:
        every_part_of_an_order_is_loaded_as_it_was_committed,
        uses_and_units_count_until_an_order_ends_unpaid,
        a_coupon_is_used_by_a_customer_as_often_as_one_may,
        a_customer_has_a_limited_number_of_units;
    books:
        a_sale_and_its_refund_are_booked_with_what_they_change,
        a_decision_that_is_committed_twice_is_booked_once,
        a_posting_that_isnt_whole_is_refused_with_everything_beside_it,
        a_row_of_a_statement_is_kept_and_booked_once,
        a_statement_with_a_posting_that_isnt_whole_is_refused_whole,
        a_stated_payment_is_found_by_our_id_or_the_wallets,
        what_no_statement_has_is_told_by_time;
    outbox:
        a_message_is_written_down_for_each_that_wants_it_with_what_it_tells_of,
        a_message_has_one_holder_until_its_lease_is_over_and_one_end,
        what_isnt_taken_comes_again_and_waits_for_a_person_in_the_end,
        a_message_is_sent_anew_to_one_or_all_whatever_became_of_it,
        messages_are_listed_in_pages,
        claimers_at_once_share_the_messages;
    wire:
        messages_are_kept_with_what_they_led_to_and_beside_it,
        messages_about_no_order_are_refused;
}
