#include "log_analysis/secret_urls.h"

#include <algorithm>
#include <array>

#include "log_analysis/secret_marks.h"
#include "log_analysis/text.h"

namespace log_analysis {

namespace {

using std::string_view;

bool ends_address(string_view text, std::size_t i) {
  if (i >= text.size() || is_space(text[i])) return true;
  return string_view("\"'`<>\n\r").contains(text[i]);
}

bool is_part(char c) { return is(c, bytes::kWord) || c == '-' || c == '~' || c == '.' || c == '%'; }

// Length of "://", ":\/\/" or "%3A%2F%2F".
std::size_t scheme_end(string_view text, std::size_t i) {
  const Mark colon = mark_at(text, i);
  if (colon.size == 0 || colon.c != ':') return i;
  const Mark first = mark_at(text, i + colon.size);
  const Mark second = mark_at(text, i + colon.size + first.size);
  if (first.c != '/' || second.c != '/' || first.size != second.size) return i;
  return i + colon.size + first.size + second.size;
}

struct Hook {
  string_view prefix;
  std::size_t least;  // shorter segments are resource names
  bool path;          // the secret contains '/'
};
constexpr std::array kHooks{
    Hook{"ws/", 48, false},
    Hook{"hooks.slack.com/services/", 1, true},
    Hook{"hooks.slack.com/workflows/", 1, true},
    Hook{"hooks.slack.com/triggers/", 1, true},
    Hook{"hooks.zapier.com/hooks/catch/", 1, true},
    Hook{"webhook.office.com/webhookb2/", 1, true},
    Hook{"hooks/", 20, false},
    Hook{"hc-ping.com/", 16, false},
    Hook{"infura.io/v3/", 8, false},
    Hook{"infura.io/ws/v3/", 8, false},
    Hook{"alchemy.com/v2/", 8, false},
    Hook{"quiknode.pro/", 8, false},
    Hook{"maker.ifttt.com/trigger/", 1, true},
    Hook{"integration/", 32, false},
};

}  // namespace

// A password may contain '@', ':' and, if not encoded, '/'. A port contains none of them, and host and path
// contain no '@'.
Value credentials_at(string_view text, std::size_t i) {
  const std::size_t start = scheme_end(text, i);
  if (start == i) return {.next = i};
  const bool encoded = text[i] == '%';
  std::size_t end = start;
  std::size_t colon = string_view::npos;
  std::size_t behind_colon = 0;
  std::size_t sign = string_view::npos;
  const auto read = [&](bool path) {
    while (!ends_address(text, end)) {
      const Mark mark = encoded ? mark_at(text, end) : Mark{text[end], 1};
      if (!path && (mark.c == '/' || mark.c == '?' || (text[end] == '\\' && at(text, end + 1) == '/'))) break;
      if (encoded && (mark.c == '&' || mark.c == '"')) break;
      if (mark.c == ':' && colon == string_view::npos) {
        colon = end;
        behind_colon = end + mark.size;
      }
      if (mark.c == '@') sign = end;
      end += mark.size;
    }
  };
  read(false);
  if (sign == string_view::npos && colon != string_view::npos && !ends_address(text, end) &&
      !std::ranges::all_of(text.substr(behind_colon, end - behind_colon), is_digit)) {
    read(true);
  }
  if (sign == string_view::npos) return {.next = start};
  if (colon != string_view::npos && colon < sign) return {behind_colon, sign, sign};
  // A token instead of the user, as for Sentry and GitHub.
  if (sign - start >= 16) return {start, sign, sign};
  return {.next = sign};
}

Value credentials_before(string_view text, std::size_t i, std::size_t floor) {
  const string_view rest = text.substr(i + 1, 6);
  std::size_t begin = i;
  while (begin > floor && !ends_address(text, begin - 1) && text[begin - 1] != '=') --begin;
  const string_view before = text.substr(begin, i - begin);
  const bool go = rest.starts_with("tcp(") || rest.starts_with("unix(") || rest.starts_with("tcp4(") ||
                  rest.starts_with("tcp6(");
  const std::size_t thin = before.find("jdbc:oracle:thin:");
  const std::size_t user = thin == string_view::npos ? 0 : thin + 17;
  if (!go && thin == string_view::npos) return {.next = i};
  const std::size_t sign = before.find(go ? ':' : '/', user);
  if (sign == string_view::npos) return {.next = i};
  return {begin + sign + 1, i, i};
}

Value hook_at(string_view text, std::size_t i) {
  const string_view rest = text.substr(i);
  std::size_t skip = 0;
  std::size_t least = 16;
  bool path = false;
  if (rest.starts_with("webhooks/")) {
    skip = 9;
    while (is_digit(at(rest, skip))) ++skip;
    if (skip == 9 || at(rest, skip) != '/') return {.next = i};
    ++skip;
    const string_view before = text.substr(i < 24 ? 0 : i - 24, std::min<std::size_t>(i, 24));
    if (before.contains("discord")) least = 1;
  } else if (rest.starts_with("bot") && is_digit(at(rest, 3))) {
    skip = 3;
    while (is_digit(at(rest, skip))) ++skip;
    const Mark colon = mark_at(rest, skip);
    if (colon.size == 0 || colon.c != ':') return {.next = i};
    skip += colon.size;
    least = text.substr(0, i).ends_with("telegram.org/") ? 1 : 16;
  } else {
    const auto* const hook =
        std::ranges::find_if(kHooks, [&](const Hook& each) { return rest.starts_with(each.prefix); });
    if (hook == kHooks.end()) return {.next = i};
    skip = hook->prefix.size();
    least = hook->least;
    path = hook->path;
  }
  std::size_t end = skip;
  while (end < rest.size() && (is_part(rest[end]) || (path && (rest[end] == '/' || rest[end] == '@')))) ++end;
  while (end > skip && rest[end - 1] == '.') --end;
  if (end < skip + least || masked_at(rest, skip)) return {.next = i};
  return {i + skip, i + end, i + end};
}

}  // namespace log_analysis
