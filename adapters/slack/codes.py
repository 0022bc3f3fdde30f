"""What Slack's error codes mean for a call: https://docs.slack.dev/reference/methods, the errors of each method."""

from collections.abc import Mapping
from typing import Final

RATE: Final = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
"""Surely not done: too much at once."""

PASSING: Final = frozenset(
    {"external_channel_migrating", "org_login_required", "streaming_state_conflict", "team_added_to_org"}
)
"""Surely not done, and it ends by itself: Slack is moving the workspace or the channel, or holds the message."""

DOUBTFUL: Final = frozenset(
    {"fatal_error", "internal_error", "request_timeout", "service_unavailable", "update_failed"}
)
"""Something broke on Slack's side. Of the first two it says that some of the work may have been done all the same."""

DEAD: Final = frozenset({"account_inactive", "token_revoked"})
"""Surely not done: the workspace has removed us, or taken our token back."""

NO_THREAD: Final = (
    *("cannot_reply_to_message", "cant_broadcast_message", "message_not_found", "thread_not_found"),
    *("restricted_action_non_threadable_channel", "restricted_action_thread_locked"),
)
"""Surely not done: the message is gone, or takes no reply that the channel sees."""

_INSTALL = "whoever manages the workspace's apps has to install it again"
_ASK = "somebody who manages the workspace can allow the app to post there"
_MEND = "this is a mistake of mine, please report it"

_REMEDIES: Final = {
    # the token
    "account_inactive": f"the app was removed from the workspace; {_INSTALL}",
    "token_revoked": f"the app was removed from the workspace; {_INSTALL}",
    "token_expired": f"my token has expired; {_INSTALL}",
    "invalid_auth": f"Slack does not know my token, or not from this address; {_INSTALL}",
    "not_authed": f"I have no token; {_INSTALL}",
    "not_allowed_token_type": "the token is of another kind; SLACK_BOT_TOKEN begins with xoxb-, SLACK_APP_TOKEN xapp-",
    "missing_scope": "the app lacks a permission; whoever manages it can add the scope and install it again",
    "no_permission": "the app lacks a permission, or is not in the channel; invite me, or install the app again",
    "invalid_refresh_token": f"my token cannot be renewed; {_INSTALL}",
    "invalid_client_id": "Slack does not know the app; whoever runs me can look at SLACK_CLIENT_ID",
    "bad_client_secret": "Slack does not take the app's secret; whoever runs me can look at SLACK_CLIENT_SECRET",
    "invalid_code": "that installation took too long; please begin again",
    "code_already_used": "that installation was finished already; please begin again if it did not work",
    "bad_redirect_uri": "the app does not know this address; whoever manages it can add it to its redirect URLs",
    "app_missing_action_url": "whoever manages the app must switch its interactivity on",
    # the channel
    "not_in_channel": "I am not in the channel, invite me",
    "channel_not_found": "the channel is gone, or private and I am not in it, then invite me",
    "is_archived": "the channel is archived; unarchive it, or stop the drill there",
    "is_inactive": "the channel is archived, frozen or deleted; unarchive it, or stop the drill there",
    "channel_type_not_supported": "I cannot post in a conversation of this kind; set the drill up in a channel",
    "messages_tab_disabled": "the app takes no messages; whoever manages it can switch its messages tab on",
    "cannot_dm_bot": "that is a bot, and bots get no messages",
    "user_not_found": "that person is not in this workspace",
    "user_disabled": "that person has left the workspace",
    # what the workspace allows
    "restricted_action": f"the workspace does not let me post there; {_ASK}",
    "restricted_action_read_only_channel": f"the channel is read-only; {_ASK}",
    "restricted_action_thread_only_channel": f"only replies may be posted there; {_ASK}",
    "restricted_action_non_threadable_channel": "the channel has no threads; switch the discussion off",
    "restricted_action_thread_locked": "the thread is locked; somebody who manages the channel can unlock it",
    "access_denied": f"the workspace does not let me do that; {_ASK}",
    "accesslimited": "the workspace takes no calls from this network; its admins can allow the address I call from",
    "ekm_access_denied": "the admins have suspended posting by means of their encryption keys; ask them",
    "enterprise_is_restricted": "that has to be asked in a workspace, not in the organisation; set the drill up there",
    "posting_to_general_channel_denied": f"the workspace lets only some post in its general channel; {_ASK}",
    "posting_to_channel_denied": f"the workspace does not let me post there; {_ASK}",
    "slack_connect_blocked": f"the channel is shared with another organisation, which is not allowed; {_ASK}",
    "slack_connect_canvas_sharing_blocked": f"the admins forbid sharing canvases; {_ASK}",
    "slack_connect_file_link_sharing_blocked": f"the admins forbid sharing files; {_ASK}",
    "slack_connect_lists_sharing_blocked": f"the admins forbid sharing lists; {_ASK}",
    "team_access_not_granted": "the organisation has not given the app this workspace; its admins can add it",
    "team_not_found": "the workspace is not to be found; the organisation's admins can add the app to it",
    "two_factor_setup_required": "the workspace wants two-factor authentication of whoever installed the app",
    # the message
    "cant_update_message": "the message is not mine to edit",
    "edit_window_closed": "the workspace lets nobody edit messages as old as this; its admins can change that",
    "message_not_found": "the message is gone, somebody has deleted it",
    "thread_not_found": "the message to reply to is gone, somebody has deleted it",
    # a modal
    "exchanged_trigger_id": "a dialog was opened already; please press again",
    "expired_trigger_id": "it took me longer than the three seconds that Slack gives; please press again",
    "trigger_exchanged": "a dialog was opened already; please press again",
    "trigger_expired": "it took me longer than the three seconds that Slack gives; please press again",
    "hash_conflict": "the dialog has changed meanwhile; please press again",
    "not_found": "the dialog is no longer open",
    "push_limit_reached": "three dialogs lie on top of each other; close one",
}

_MISTAKES: Final = (
    *("as_user_not_supported", "attachment_payload_limit_exceeded", "block_mismatch", "cannot_reply_to_message"),
    *("cant_broadcast_message", "deprecated_argument", "deprecated_endpoint", "duplicate_channel_not_found"),
    *("duplicate_external_id", "duplicate_message_not_found", "invalid_arg_name", "invalid_arguments"),
    *("invalid_array_arg", "invalid_attachments", "invalid_blocks", "invalid_blocks_format", "invalid_charset"),
    *("invalid_cursor", "invalid_form_data", "invalid_limit", "invalid_metadata_filter_keys"),
    *("invalid_metadata_format", "invalid_metadata_schema", "invalid_post_type", "invalid_trigger_id"),
    *("invalid_ts_latest", "invalid_ts_oldest", "markdown_text_conflict", "metadata_must_be_sent_from_app"),
    *("metadata_too_large", "method_deprecated", "missing_post_type", "msg_blocks_too_long", "msg_too_long"),
    *("no_dual_broadcast_content_update", "no_text", "only_one_table_allowed", "pagination_not_available"),
    *("too_many_attachments", "too_many_contact_cards", "unknown_method", "view_too_large"),
)

LASTING: Final[Mapping[str, str]] = {**_REMEDIES, **dict.fromkeys(_MISTAKES, _MEND)}
"""Surely not done, and asking again cannot help before somebody does what stands beside it."""
