#include "log_analysis/secret_prose.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "log_analysis/text.h"

namespace log_analysis {

namespace {

using std::string_view;

enum class Class : std::uint8_t { none, state, function, noun };

// Sorted, so that they can be searched.
constexpr auto kStates = std::to_array<string_view>({
    "absent",      "accepted",    "acquired",     "active",      "allowed",      "authenticated",
    "authorized",  "bad",         "blacklisted",  "blank",       "blocked",      "bytes",
    "changed",     "changing",    "checked",      "cleared",     "closed",       "closing",
    "compromised", "configured",  "connected",    "correct",     "corrupt",      "corrupted",
    "created",     "declined",    "decrypted",    "default",     "deleted",      "denied",
    "detected",    "disabled",    "disconnected", "done",        "dropped",      "empty",
    "enabled",     "encrypted",   "ended",        "entered",     "exceeded",     "exhausted",
    "expired",     "expires",     "expiring",     "fail",        "failed",       "failing",
    "fails",       "false",       "fetched",      "forbidden",   "found",        "generated",
    "given",       "good",        "granted",      "hashed",      "hidden",       "ignored",
    "illegal",     "inactive",    "incorrect",    "initialized", "int",          "invalid",
    "issued",      "limited",     "loaded",       "loading",     "locked",       "logged",
    "long",        "lost",        "malformed",    "masked",      "matched",      "matches",
    "mismatch",    "mismatched",  "missing",      "n",           "new",          "nil",
    "none",        "null",        "object",       "obtained",    "off",          "ok",
    "okay",        "old",         "on",           "open",        "opened",       "optional",
    "outdated",    "passed",      "pending",      "protected",   "provided",     "reached",
    "read",        "ready",       "received",     "redacted",    "refreshed",    "refreshing",
    "refused",     "registered",  "rejected",     "released",    "reloaded",     "removed",
    "renewed",     "requested",   "required",     "requires",    "reset",        "resetting",
    "restored",    "reused",      "revoked",      "right",       "rotated",      "rotating",
    "saved",       "sent",        "set",          "short",       "signed",       "skipped",
    "stale",       "started",     "starting",     "stopped",     "stored",       "str",
    "string",      "succeeded",   "success",      "successful",  "successfully", "supplied",
    "terminated",  "timeout",     "true",         "truncated",   "unauthorized", "unavailable",
    "unchanged",   "undefined",   "unexpected",   "unknown",     "unlocked",     "unrecognized",
    "unset",       "unsupported", "unused",       "unverified",  "updated",      "updating",
    "used",        "valid",       "validated",    "verified",    "waiting",      "weak",
    "written",     "wrong",       "yes",
});
constexpr auto kFunctions = std::to_array<string_view>({
    "already", "and",   "are",    "as",     "at",      "be",       "because", "been",   "before", "but",
    "by",      "can",   "can't",  "cannot", "could",   "couldn't", "did",     "didn't", "do",     "does",
    "doesn't", "don't", "for",    "from",   "had",     "has",      "have",    "if",     "in",     "is",
    "isn't",   "may",   "might",  "must",   "need",    "needs",    "never",   "no",     "not",    "of",
    "only",    "or",    "should", "since",  "to",      "too",      "until",   "was",    "wasn't", "were",
    "when",    "while", "will",   "with",   "without", "won't",    "would",
});
constexpr auto kNouns = std::to_array<string_view>({
    "access",       "account",       "ago",          "algorithm",      "api",           "argument",
    "attempt",      "attempts",      "auth",         "authentication", "authorization", "cache",
    "certificate",  "change",        "changes",      "characters",     "chars",         "check",
    "checks",       "client",        "code",         "column",         "command",       "complexity",
    "config",       "configuration", "confirmation", "connection",     "credential",    "credentials",
    "data",         "database",      "days",         "encryption",     "entry",         "environment",
    "error",        "errors",        "exception",    "expiration",     "expiry",        "failure",
    "failures",     "field",         "file",         "flag",           "flow",          "form",
    "format",       "hash",          "hashing",      "header",         "history",       "host",
    "hours",        "input",         "key",          "keys",           "least",         "length",
    "less",         "log",           "login",        "manager",        "message",       "minutes",
    "mode",         "more",          "most",         "name",           "option",        "parameter",
    "password",     "passwords",     "path",         "permission",     "permissions",   "policy",
    "prompt",       "protection",    "provider",     "recovery",       "refresh",       "request",
    "requests",     "requirement",   "requirements", "response",       "retries",       "role",
    "rotation",     "rules",         "scheme",       "scope",          "seconds",       "secret",
    "secrets",      "server",        "service",      "session",        "sessions",      "signature",
    "state",        "status",        "storage",      "store",          "strength",      "support",
    "times",        "token",         "tokens",       "type",           "update",        "updates",
    "user",         "username",      "users",        "validation",     "value",         "variable",
    "verification",
});
static_assert(std::ranges::is_sorted(kStates) && std::ranges::is_sorted(kFunctions) &&
              std::ranges::is_sorted(kNouns));

Class class_of(string_view word) {
  std::array<char, 16> buffer{};
  if (word.empty() || word.size() > buffer.size()) return Class::none;
  std::ranges::transform(word, buffer.begin(), lower);
  const string_view small(buffer.data(), word.size());
  if (std::ranges::binary_search(kStates, small)) return Class::state;
  if (std::ranges::binary_search(kFunctions, small)) return Class::function;
  return std::ranges::binary_search(kNouns, small) ? Class::noun : Class::none;
}

}  // namespace

string_view word_at(string_view text, std::size_t i) {
  std::size_t end = i;
  while (end < text.size() && (is_letter(text[end]) || (end > i && (text[end] == '\'' || text[end] == '-') &&
                                                        is_letter(at(text, end + 1)))))
    ++end;
  return text.substr(std::min(i, text.size()), end - i);
}

bool speaks_of_secrets(string_view word) { return class_of(word) != Class::none; }

bool is_statement(string_view text, std::size_t i) {
  const string_view first = word_at(text, i);
  const Class what = class_of(first);
  if (what == Class::none) return false;
  const std::size_t end = i + first.size();
  const char next = at(text, end);
  if (is(next, bytes::kWord) || string_view("-/+@#$%^*&=~").contains(next)) return false;
  if (!is_space(next)) return what != Class::noun;
  const std::size_t after = skip_spaces(text, end);
  const string_view second = word_at(text, after);
  // "Token: Token { kind: …" is a debug output, not a statement.
  if (second.empty()) return what != Class::noun || at(text, after) == '{';
  return class_of(second) != Class::none;
}

}  // namespace log_analysis
