"""Slack's error codes by family: what each means for what is to be sent (FACTS 8).

The codes are those of the methods that we call; ``methods.json`` lists them.
"""

from __future__ import annotations

from enum import StrEnum


class Family(StrEnum):
    """What follows from an error.

    DONE: it is so already. LIMITED: later. UNSURE: perhaps it is there, look. INSTALLATION: nothing
    can be sent. METHOD: no call of this method succeeds. CHANNEL: nothing can be sent there. GONE:
    what it would answer or change is not there. REFUSED: this one call is wrong, others are not.
    UNKNOWN: Slack has invented it since; as REFUSED, but only if it stays so.
    """

    DONE = "done"
    LIMITED = "limited"
    UNSURE = "unsure"
    INSTALLATION = "installation"
    METHOD = "method"
    CHANNEL = "channel"
    GONE = "gone"
    REFUSED = "refused"
    UNKNOWN = "unknown"


MENDED_BY_PEOPLE = frozenset({Family.INSTALLATION, Family.METHOD, Family.CHANNEL})
"""What waits for these is not lost, and has to wait until somebody has done something."""

CODES: dict[Family, frozenset[str]] = {
    Family.DONE: frozenset({"already_reacted", "no_reaction", "already_pinned"}),
    Family.LIMITED: frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"}),
    Family.UNSURE: frozenset(
        {
            *("internal_error", "fatal_error", "service_unavailable", "request_timeout"),
            *("team_added_to_org", "external_channel_migrating"),  # a move that ends by itself
            *("update_failed", "fetch_members_failed", "list_record_comment_fetch_failed"),
            *("timezone_count_failed", "file_update_failed"),
        }
    ),
    Family.INSTALLATION: frozenset(
        {
            *("token_revoked", "token_expired", "invalid_auth", "not_authed", "account_inactive"),
            *("not_allowed_token_type", "org_login_required", "two_factor_setup_required"),
            *("team_access_not_granted", "enterprise_is_restricted", "accesslimited"),
        }
    ),
    Family.METHOD: frozenset({"missing_scope", "method_deprecated", "deprecated_endpoint"}),
    Family.CHANNEL: frozenset(
        {
            *("not_in_channel", "channel_not_found", "is_archived", "channel_is_limited_access"),
            *("restricted_action", "restricted_action_read_only_channel"),
            *("restricted_action_thread_only_channel", "restricted_action_non_threadable_channel"),
            *("posting_to_channel_denied", "no_permission", "no_access"),
            *("access_denied", "ekm_access_denied"),
        }
    ),
    Family.GONE: frozenset(
        {
            *("message_not_found", "thread_not_found", "cannot_reply_to_message"),
            *("restricted_action_thread_locked", "thread_locked"),
        }
    ),
    Family.REFUSED: frozenset(
        {
            # the call is not well formed
            *("invalid_arg_name", "invalid_arguments", "invalid_array_arg", "invalid_charset"),
            *("invalid_form_data", "invalid_post_type", "missing_post_type", "missing_argument"),
            *("invalid_cursor", "invalid_limit", "invalid_types", "invalid_name", "invalid_team"),
            *("invalid_ts_latest", "invalid_ts_oldest", "bad_timestamp", "no_item_specified"),
            *("invalid_metadata_filter_keys", "invalid_metadata_format", "invalid_metadata_schema"),
            *("metadata_too_large", "metadata_must_be_sent_from_app", "as_user_not_supported"),
            *("method_not_supported_for_channel_type", "missing_user", "missing_profile_id"),
            # what is to be shown cannot be shown
            *("invalid_blocks", "invalid_blocks_format", "invalid_attachments", "block_mismatch"),
            *("msg_too_long", "msg_blocks_too_long", "markdown_text_conflict", "no_text"),
            *("too_many_attachments", "attachment_payload_limit_exceeded", "view_too_large"),
            *("too_many_contact_cards", "duplicate_external_id", "not_implemented"),
            *("too_many_emoji", "too_many_reactions", "not_reactable"),
            *("too_many_pins", "not_pinnable", "permission_denied", "file_not_shared"),
            # it may not be changed any more
            *("cant_update_message", "cant_delete_message", "edit_window_closed", "is_inactive"),
            *("cant_broadcast_message", "no_dual_broadcast_content_update"),
            *("compliance_exports_prevent_deletion", "streaming_state_conflict", "hash_conflict"),
            *("draft_already_deleted", "draft_already_sent", "draft_has_conflict"),
            *("draft_not_found", "duplicate_channel_not_found", "duplicate_message_not_found"),
            # forms and private words are for one moment and one person
            *("expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id", "not_found"),
            *("user_not_in_channel", "messages_tab_disabled", "not_enabled"),
            # who or what was asked about is nobody, or not for us to see
            *("user_not_found", "users_not_found", "user_not_visible", "too_many_users"),
            *("user_is_bot", "user_is_restricted", "bot_not_found", "bots_not_found"),
            *("no_such_subteam", "plan_upgrade_required", "fail_to_get_teams_for_restricted_user"),
            *("team_not_found", "team_not_on_enterprise", "org_not_found", "enterprise_not_found"),
            *("invalid_user_combination", "not_enough_users", "users_list_not_supplied"),
            *("user_disabled", "invalid_channel", "channels_limit_exceeded"),
            # a picture that is not taken is left out
            *("file_type_not_allowed", "file_uploads_except_images_disabled"),
            *("file_uploads_disabled", "file_upload_size_restricted", "storage_limit_reached"),
            *("alt_txt_too_large", "snippet_too_large", "unknown_snippet_type", "unknown_subtype"),
            # files of others
            *("file_not_found", "file_deleted", "file_is_deleted", "not_visible"),
            *("template_not_visible", "missing_file_data", "blocked_file_type"),
            *("file_share_limit_reached", "max_file_sharing_exceeded", "unable_to_share_files"),
            *("canvas_disabled_file_team", "canvas_disabled_user_team", "canvas_globally_disabled"),
            *("slack_connect_blocked_file_type", "slack_connect_canvas_sharing_blocked"),
            *("slack_connect_clip_sharing_blocked", "slack_connect_file_link_sharing_blocked"),
            *("slack_connect_file_upload_sharing_blocked", "slack_connect_lists_sharing_blocked"),
        }
    ),
}
MOST_GUESSES = 5
"""So often is tried what Slack refuses, of one thing alone, in a word that nobody here knows."""

_FAMILY_OF = {code: family for family, codes in CODES.items() for code in codes}


def family_of(code: str) -> Family:
    """The family of a code."""
    return _FAMILY_OF.get(code, Family.UNKNOWN)
