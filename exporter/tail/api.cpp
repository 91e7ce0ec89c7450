#include "exporter/tail/api.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/text/utf8.h"

namespace exporter::tail {
namespace {

using Json = nlohmann::json;
using base::Result;
using base::http::Request;
using base::http::Response;

constexpr std::size_t kDefaultLimit = 100;
constexpr std::size_t kMaxLimit = 1000;
constexpr std::string_view kOther = "other";

// A container's output need not be UTF-8.
std::string text_of(const Json& document) {
  return document.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Response answer(int status, const Json& document) { return base::http::json(status, text_of(document)); }

Response bad_data(const std::string& error) {
  return answer(400, {{"status", "error"}, {"errorType", "bad_data"}, {"error", error}});
}

Response success(Json data) { return answer(200, {{"status", "success"}, {"data", std::move(data)}}); }

template <class Number>
bool parse_whole(std::string_view text, Number& to) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), to);
  return error == std::errc{} && end == text.data() + text.size();
}

// Parses parameters and keeps the first error.
class Parameters {
 public:
  explicit Parameters(const Request& request) : request_(request) {}

  void only(std::initializer_list<std::string_view> known) {
    for (const auto& [name, value] : request_.query) {
      if (std::ranges::find(known, name) == known.end())
        fail("unknown parameter \"{}\"", base::excerpt(name));
      if (request_.query.count(name) > 1)
        fail("parameter \"{}\" is given more than once", base::excerpt(name));
    }
  }
  // An empty value counts as no parameter.
  std::optional<std::string> text(const std::string& name) const {
    auto value = request_.parameter(name);
    return value && value->empty() ? std::nullopt : value;
  }
  std::size_t limit() {
    const auto value = text("limit");
    std::size_t limit = kDefaultLimit;
    if (value && (!parse_whole<std::size_t>(*value, limit) || limit < 1 || limit > kMaxLimit)) {
      fail("invalid parameter \"limit\": \"{}\" is not a number from 1 to {}", base::excerpt(*value),
           kMaxLimit);
    }
    return limit;
  }
  log_analysis::Level level() {
    const auto value = text("level");
    for (int i = 0; value && i < log_analysis::kLevels; ++i) {
      if (log_analysis::name(static_cast<log_analysis::Level>(i)) == *value)
        return static_cast<log_analysis::Level>(i);
    }
    if (value) {
      fail("invalid parameter \"level\": \"{}\" is none of info, warning, error, critical",
           base::excerpt(*value));
    }
    return log_analysis::Level::info;
  }
  base::WallTime since() {
    const auto value = text("since");
    if (!value) return base::WallTime::min();
    double seconds = 0;
    if (parse_whole(*value, seconds) && std::isfinite(seconds)) return base::from_unix_seconds(seconds);
    if (const auto time = base::parse_rfc3339(*value)) return *time;
    fail("invalid parameter \"since\": \"{}\" is neither RFC 3339 nor unix seconds", base::excerpt(*value));
    return {};
  }
  std::optional<log_analysis::Standing> standing() {
    const auto value = text("status");
    if (!value) return std::nullopt;
    using enum log_analysis::Standing;
    for (const auto standing : {fresh, regressed, gone, surging, steady}) {
      if (log_analysis::name(standing) == *value) return standing;
    }
    fail("invalid parameter \"status\": \"{}\" is none of new, regressed, gone, surging, steady",
         base::excerpt(*value));
    return std::nullopt;
  }
  std::optional<log_analysis::PatternId> pattern() {
    const auto value = text("id");
    if (!value) return std::nullopt;
    if (*value == kOther) return log_analysis::Miner::kOther;
    log_analysis::PatternId id = 0;
    const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), id, 16);
    if (value->size() != 16 || error != std::errc{} || end != value->data() + value->size()) {
      fail("invalid parameter \"id\": \"{}\" is not 16 hexadecimal digits", base::excerpt(*value));
    }
    return id;
  }

  const std::optional<std::string>& error() const { return error_; }

 private:
  template <class... Args>
  void fail(fmt::format_string<Args...> format, Args&&... args) {
    if (!error_) error_ = fmt::format(format, std::forward<Args>(args)...);
  }

  const Request& request_;
  std::optional<std::string> error_;
};

std::string shown(log_analysis::PatternId id) {
  return id == log_analysis::Miner::kOther ? std::string(kOther) : log_analysis::hex(id);
}

Json to_json(const RecentEvent& event) {
  return {
      {"time", base::rfc3339(event.at)}, {"source", event.source}, {"level", log_analysis::name(event.level)},
      {"pattern", shown(event.pattern)}, {"lines", event.lines},   {"text", event.text}};
}

Json to_json(const std::string& source, const log_analysis::Pattern& pattern) {
  auto hours = Json::array();
  for (const auto& hour : pattern.hours) {
    const base::WallTime begin{std::chrono::hours(hour.hour)};
    hours.push_back({{"time", base::rfc3339(begin)}, {"count", hour.count}});
  }
  return {{"source", source},
          {"id", shown(pattern.id)},
          {"level", log_analysis::name(pattern.level)},
          {"words", pattern.words},
          {"count", pattern.count},
          {"status", log_analysis::name(pattern.standing)},
          {"first_seen", base::rfc3339(pattern.first_seen)},
          {"last_seen", base::rfc3339(pattern.last_seen)},
          {"hours", std::move(hours)},
          {"example", pattern.example}};
}

}  // namespace

Response log_events(const RecentEvents& recent, const Request& request) {
  Parameters parameters(request);
  parameters.only({"source", "level", "since", "limit"});
  const EventQuery query{.source = parameters.text("source"),
                         .level = parameters.level(),
                         .since = parameters.since(),
                         .limit = parameters.limit()};
  if (parameters.error()) return bad_data(*parameters.error());
  auto data = Json::array();
  for (const auto& event : recent.find(query)) data.push_back(to_json(event));
  return success(std::move(data));
}

Response log_patterns(const Registry& registry, const Request& request, base::WallTime now) {
  Parameters parameters(request);
  parameters.only({"source", "level", "status", "id"});
  const auto source = parameters.text("source");
  const auto level = parameters.level();
  const auto standing = parameters.standing();
  const auto id = parameters.pattern();
  if (parameters.error()) return bad_data(*parameters.error());
  // Written one pattern at a time: a JSON document of all of them would need many times the memory.
  std::string data;
  for (const auto& pipeline : registry.all()) {
    if (source && pipeline->source() != *source) continue;
    std::vector<log_analysis::Pattern> patterns;
    std::optional<log_analysis::PatternId> wanted;
    // The source is blocked meanwhile, so the patterns are only copied.
    pipeline->patterns([&](const log_analysis::PatternStore& book) {
      patterns = book.all(now);
      if (id) wanted = book.resolve(*id);
    });
    for (const auto& pattern : patterns) {
      if (pattern.level < level || (standing && pattern.standing != *standing)) continue;
      if (wanted && pattern.id != *wanted) continue;
      if (!data.empty()) data += ',';
      data += text_of(to_json(pipeline->source(), pattern));
    }
  }
  return base::http::json(200, R"({"status":"success","data":[)" + data + "]}");
}

void add_log_routes(base::http::Server& server, const RecentEvents& recent, const Registry& registry,
                    const base::Clock& clock) {
  server.handle("GET", "/api/v1/log-events",
                [&recent](const Request& request) { return log_events(recent, request); });
  server.handle("GET", "/api/v1/log-patterns", [&registry, &clock](const Request& request) {
    return log_patterns(registry, request, clock.now().wall);
  });
}

}  // namespace exporter::tail
