"""Every error that Slack documents for the methods we call is sorted, and into one kind only."""

import pytest

from adapters.slack.codes import DOUBTFUL, LASTING, PASSING, RATE

EVERYWHERE = """access_denied accesslimited account_inactive deprecated_endpoint ekm_access_denied
enterprise_is_restricted fatal_error internal_error invalid_arg_name invalid_arguments
invalid_array_arg invalid_auth invalid_charset invalid_form_data invalid_post_type method_deprecated
missing_post_type missing_scope no_permission not_allowed_token_type not_authed org_login_required
ratelimited request_timeout service_unavailable team_access_not_granted team_added_to_org
token_expired token_revoked two_factor_setup_required"""
A_MESSAGE = """as_user_not_supported channel_not_found invalid_attachments invalid_blocks invalid_blocks_format
invalid_metadata_format invalid_metadata_schema markdown_text_conflict metadata_must_be_sent_from_app
metadata_too_large msg_blocks_too_long msg_too_long no_text slack_connect_file_link_sharing_blocked
team_not_found too_many_attachments"""
A_VIEW = "duplicate_external_id invalid_trigger_id exchanged_trigger_id expired_trigger_id view_too_large"
OF = {
    "chat.postMessage": f"""{A_MESSAGE} attachment_payload_limit_exceeded cannot_reply_to_message deprecated_argument
        duplicate_channel_not_found duplicate_message_not_found is_archived message_limit_exceeded
        messages_tab_disabled not_in_channel rate_limited restricted_action restricted_action_non_threadable_channel
        restricted_action_read_only_channel restricted_action_thread_locked restricted_action_thread_only_channel
        slack_connect_canvas_sharing_blocked slack_connect_lists_sharing_blocked too_many_contact_cards""",
    "chat.update": f"""{A_MESSAGE} block_mismatch cant_broadcast_message cant_update_message edit_window_closed
        external_channel_migrating is_inactive message_not_found no_dual_broadcast_content_update
        streaming_state_conflict update_failed""",
    "views.open": A_VIEW,
    "views.update": f"{A_VIEW} hash_conflict not_found",
    "conversations.history": """channel_not_found invalid_cursor invalid_limit invalid_metadata_filter_keys
        invalid_ts_latest invalid_ts_oldest not_in_channel pagination_not_available""",
}
KINDS = (RATE, PASSING, DOUBTFUL, LASTING)


@pytest.mark.parametrize("method", OF)
def test_every_documented_error_is_sorted(method: str) -> None:
    documented = {*EVERYWHERE.split(), *OF[method].split()}
    assert documented - {code for kind in KINDS for code in kind} == set()


def test_no_error_is_of_two_kinds() -> None:
    assert sum(map(len, KINDS)) == len({code for kind in KINDS for code in kind})


@pytest.mark.parametrize("code", ["account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"])
def test_a_dead_token_ends_the_retries_and_says_who_can_help(code: str) -> None:
    assert "install" in LASTING[code] or "token" in LASTING[code]


def test_where_a_keeper_can_help_the_reason_says_how() -> None:
    assert "invite" in LASTING["not_in_channel"]
    assert "invite" in LASTING["channel_not_found"]
    assert "unarchive" in LASTING["is_archived"]
    assert "scope" in LASTING["missing_scope"]
