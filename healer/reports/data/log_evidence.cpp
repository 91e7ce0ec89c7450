#include "healer/reports/data/log_evidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/http/url.h"
#include "base/text/json.h"
#include "base/text/utf8.h"
#include "log_analysis/redaction.h"

namespace healer::reports {
namespace {

using nlohmann::json;

constexpr std::size_t kMostCritical = 5;
constexpr std::size_t kMostErrors = 10;
constexpr std::size_t kLast = 5;
constexpr std::size_t kLongestLine = 400;

std::string text_at(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// The exporter masks secrets already; mask again, since reports are passed on.
std::string first_line(const std::string& text) {
  const std::string masked = log_analysis::mask_secrets(text);
  return base::excerpt(std::string_view(masked).substr(0, masked.find('\n')), kLongestLine);
}

base::Result<std::vector<LogLine>> ask(const base::http::Client& client, const std::string& url,
                                       const std::string& source, const char* level, Window window,
                                       base::Deadline deadline) {
  std::string path = fmt::format("/api/v1/log-events?level={}&limit=1000&since={}", level,
                                 base::percent_encode(base::rfc3339(window.from)));
  if (!source.empty()) path += "&source=" + base::percent_encode(source);
  const auto answer = client.get(path, deadline);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status != 200) return base::fail("{}: status {}", url, answer->status);
  return read_events(answer->body, level, window);
}

}  // namespace

base::Result<std::vector<LogLine>> read_events(std::string_view text, std::string_view level, Window window) {
  const auto document = base::parse_json(text);
  if (!document) return std::unexpected(document.error());
  const json* data = base::at_pointer(*document, "/data");
  if (data == nullptr || !data->is_array()) return base::fail("the response has no events");
  std::vector<LogLine> lines;
  for (const json& each : *data) {
    if (!each.is_object() || (!level.empty() && text_at(each, "level") != level)) continue;
    const auto at = base::parse_rfc3339(text_at(each, "time"));
    if (!at || *at < window.from || *at > window.to) continue;
    lines.push_back({.at = *at,
                     .source = base::excerpt(text_at(each, "source"), 128),
                     .level = text_at(each, "level"),
                     .pattern = text_at(each, "pattern"),
                     .text = first_line(text_at(each, "text"))});
  }
  std::ranges::stable_sort(lines, std::ranges::greater(), &LogLine::at);
  return lines;
}

std::vector<LogLine> pick(const std::vector<LogLine>& events, std::size_t most) {
  std::map<std::pair<std::string, std::string>, std::pair<std::size_t, std::size_t>> kinds;  // count, newest
  for (std::size_t i = 0; i < events.size(); ++i) {
    const auto [kind, fresh] = kinds.try_emplace({events[i].source, events[i].pattern}, 0, i);
    ++kind->second.first;
  }
  std::vector<std::pair<std::size_t, std::size_t>> order;
  for (const auto& [kind, seen] : kinds) order.push_back(seen);
  std::ranges::sort(order, [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  std::vector<LogLine> picked;
  std::set<std::size_t> taken;
  for (const auto& [count, newest] : order) {
    if (picked.size() == most) return picked;
    picked.push_back(events[newest]);
    taken.insert(newest);
  }
  for (std::size_t i = 0; i < events.size() && picked.size() < most; ++i) {
    if (!taken.contains(i)) picked.push_back(events[i]);
  }
  return picked;
}

std::vector<Signals::Fresh> read_new_patterns(std::string_view text, Window window, std::size_t most) {
  std::vector<Signals::Fresh> fresh;
  const auto document = base::parse_json(text);
  const json* data = document ? base::at_pointer(*document, "/data") : nullptr;
  if (data == nullptr || !data->is_array()) return fresh;
  for (const json& each : *data) {
    const std::string level = each.is_object() ? text_at(each, "level") : "";
    if ((level != "critical" && level != "error") || text_at(each, "id") == "other") continue;
    const auto at = base::parse_rfc3339(text_at(each, "first_seen"));
    if (!at || *at < window.from || *at > window.to) continue;
    fresh.push_back({.first_seen = *at,
                     .source = base::excerpt(text_at(each, "source"), 128),
                     .level = level,
                     .words = log_analysis::masked_excerpt(text_at(each, "words"), 160)});
  }
  std::ranges::stable_sort(fresh, {}, &Signals::Fresh::first_seen);
  if (fresh.size() > most) fresh.resize(most);
  return fresh;
}

std::vector<LogLine> last_lines(const std::string& url, const base::http::ClientOptions& http,
                                const std::string& source, Window window, base::Deadline deadline) {
  const base::http::Client client(url, http);
  const auto answer =
      client.get(fmt::format("/api/v1/log-events?limit=100&since={}&source={}",
                             base::percent_encode(base::rfc3339(window.from)), base::percent_encode(source)),
                 deadline);
  if (!answer || answer->status != 200) return {};
  auto lines = read_events(answer->body, "", window);
  if (!lines) return {};
  if (lines->size() > kLast) lines->resize(kLast);
  std::ranges::reverse(*lines);
  return std::move(*lines);
}

Known<Evidence> gather_evidence(const std::string& url, const base::http::ClientOptions& http,
                                const std::string& source, Window window, base::Deadline deadline) {
  if (url.empty()) return Known<Evidence>::unknown("the exporter was not queried");
  auto options = http;
  options.max_body = 16 * 1024 * 1024;
  const base::http::Client client(url, options);
  const auto critical = ask(client, url, source, "critical", window, deadline);
  const auto errors = critical ? ask(client, url, source, "error", window, deadline) : critical;
  if (!errors) {
    return Known<Evidence>::unknown(
        fmt::format("the exporter could not be queried ({})", errors.error().message));
  }
  return Evidence{.critical = pick(*critical, kMostCritical), .errors = pick(*errors, kMostErrors)};
}

}  // namespace healer::reports
