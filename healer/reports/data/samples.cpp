#include "healer/reports/data/samples.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/http/url.h"
#include "base/text/json.h"

namespace healer::reports {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

// Reads series from the tokens of a response. A JSON document would take ten times the memory.
//   {"status":…,"data":{"resultType":…,"result":[{"metric":{…},"values":[[time,"value"],…]},…]}}
class Reader final : public nlohmann::json_sax<json> {
 public:
  explicit Reader(const EachSeries& each) : each_(each) {}

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t value) override { return time(static_cast<double>(value)); }
  bool number_unsigned(number_unsigned_t value) override { return time(static_cast<double>(value)); }
  bool number_float(number_float_t value, const string_t&) override { return time(value); }
  bool binary(binary_t&) override { return false; }

  bool string(string_t& text) override {
    if (place_ == Place::kMetric) {
      labels_[key_] = std::move(text);
    } else if (place_ == Place::kPair) {
      samples_.push_back({time_, number(text)});
    } else if (depth_ == 1 && key_ == "status") {
      status_ = std::move(text);
    } else if (depth_ == 1 && key_ == "error") {
      error_ = std::move(text);
    }
    return true;
  }
  bool key(string_t& text) override {
    key_ = std::move(text);
    return true;
  }
  bool start_object(std::size_t) override {
    if (place_ == Place::kResult) {
      place_ = Place::kSeries;
      labels_.clear();
      samples_.clear();
    } else if (place_ == Place::kSeries && key_ == "metric") {
      place_ = Place::kMetric;
    }
    return ++depth_ < kDeepest;
  }
  bool end_object() override {
    --depth_;
    if (place_ == Place::kMetric) {
      place_ = Place::kSeries;
    } else if (place_ == Place::kSeries) {
      place_ = Place::kResult;
      each_(labels_, samples_);
    }
    return true;
  }
  bool start_array(std::size_t) override {
    if (place_ == Place::kOutside && key_ == "result" && depth_ == 2) {
      place_ = Place::kResult;
    } else if (place_ == Place::kSeries && key_ == "values") {
      place_ = Place::kValues;
    } else if (place_ == Place::kValues || (place_ == Place::kSeries && key_ == "value")) {
      pair_of_ = place_;
      place_ = Place::kPair;
    }
    return ++depth_ < kDeepest;
  }
  bool end_array() override {
    --depth_;
    if (place_ == Place::kPair) {
      place_ = pair_of_;
    } else if (place_ == Place::kValues) {
      place_ = Place::kSeries;
    } else if (place_ == Place::kResult) {
      place_ = Place::kOutside;
    }
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

  const std::string& status() const { return status_; }
  const std::string& error() const { return error_; }

 private:
  enum class Place { kOutside, kResult, kSeries, kMetric, kValues, kPair };
  static constexpr int kDeepest = 32;

  bool time(double seconds) {
    if (place_ == Place::kPair) time_ = base::from_unix_seconds(seconds);
    return true;
  }
  static double number(const std::string& text) {
    if (text.size() == 1 && text[0] >= '0' && text[0] <= '9') return text[0] - '0';
    std::string_view digits = text;
    if (digits.starts_with('+')) digits.remove_prefix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc() && end == digits.data() + digits.size() ? value : std::nan("");
  }

  const EachSeries& each_;
  Place place_ = Place::kOutside;
  Place pair_of_ = Place::kValues;
  int depth_ = 0;
  std::string key_;
  std::string status_;
  std::string error_;
  SeriesLabels labels_;
  std::vector<Sample> samples_;
  base::WallTime time_{};
};

base::http::ClientOptions roomy(base::http::ClientOptions options) {
  options.max_body = 64 * 1024 * 1024;
  return options;
}

std::string seconds(base::WallTime time) { return fmt::format("{:.3f}", base::unix_seconds(time)); }

}  // namespace

base::Result<> read_series(std::string_view text, const EachSeries& each) {
  Reader reader(each);
  const bool whole = json::sax_parse(text, &reader);
  if (!whole || reader.status().empty()) return base::fail("the response is not Prometheus JSON");
  if (reader.status() != "success") return base::fail("{}", reader.error());
  return {};
}

Samples::Samples(const std::string& url, base::http::ClientOptions options, base::Deadline deadline)
    : client_(url, roomy(std::move(options))), url_(url), deadline_(deadline) {}

base::Result<std::string> Samples::ask(const std::string& path_and_query) {
  if (unreachable_) return std::unexpected(*unreachable_);
  auto answer = client_.get(path_and_query, deadline_.within(60s));
  if (!answer) {
    unreachable_ = answer.error();
    return std::unexpected(answer.error());
  }
  // Prometheus reports errors as JSON with a status other than 200; the JSON has the details.
  if (answer->status != 200 && !answer->body.starts_with('{'))
    return base::fail("{}: status {}", url_, answer->status);
  return std::move(answer->body);
}

base::Result<> Samples::raw(const std::string& selector, Window window, const EachSeries& each) {
  for (base::WallTime from = window.from; from < window.to;) {
    const base::WallTime to = std::min(from + 24h, window.to);
    // A range includes its end and, before Prometheus 3.0, also its start: a sample on the edge may be
    // returned twice.
    const auto length = std::chrono::ceil<std::chrono::milliseconds>(to - from).count();
    const std::string query = fmt::format("{}[{}ms]", selector, length);
    const auto body =
        ask(fmt::format("/api/v1/query?query={}&time={}", base::percent_encode(query), seconds(to)));
    if (!body) return std::unexpected(body.error());
    if (auto read = read_series(*body, each); !read) return base::wrap(read.error(), "{}", url_);
    from = to;
  }
  return {};
}

base::Result<> Samples::range(const std::string& promql, Window window, base::Duration step,
                              const EachSeries& each) {
  const auto body =
      ask(fmt::format("/api/v1/query_range?query={}&start={}&end={}&step={}", base::percent_encode(promql),
                      seconds(window.from), seconds(window.to), std::chrono::duration<double>(step).count()));
  if (!body) return std::unexpected(body.error());
  if (auto read = read_series(*body, each); !read) return base::wrap(read.error(), "{}", url_);
  return {};
}

base::Result<> Samples::at(const std::string& promql, base::WallTime time, const EachSeries& each) {
  const auto body =
      ask(fmt::format("/api/v1/query?query={}&time={}", base::percent_encode(promql), seconds(time)));
  if (!body) return std::unexpected(body.error());
  if (auto read = read_series(*body, each); !read) return base::wrap(read.error(), "{}", url_);
  return {};
}

base::Result<std::vector<AlertRule>> Samples::alert_rules() {
  const auto body = ask("/api/v1/rules?type=alert");
  if (!body) return std::unexpected(body.error());
  const auto document = base::parse_json(*body);
  if (!document) return base::wrap(document.error(), "{}", url_);
  const json* groups = base::at_pointer(*document, "/data/groups");
  if (groups == nullptr || !groups->is_array()) return base::fail("{}: the response has no groups", url_);
  std::vector<AlertRule> all;
  for (const json& group : *groups) {
    const json* rules = base::at_pointer(group, "/rules");
    if (rules == nullptr || !rules->is_array()) continue;
    for (const json& rule : *rules) {
      const json* name = base::at_pointer(rule, "/name");
      const json* type = base::at_pointer(rule, "/type");
      if (name == nullptr || !name->is_string() || type == nullptr || *type != "alerting") continue;
      const json* runbook = base::at_pointer(rule, "/annotations/runbook_url");
      all.push_back({*name, runbook != nullptr && runbook->is_string() ? runbook->get<std::string>() : ""});
    }
  }
  // Of rules with the same name, the one with a runbook stays.
  std::ranges::sort(all, std::ranges::greater());
  const auto same = std::ranges::unique(all, {}, &AlertRule::name);
  all.erase(same.begin(), same.end());
  std::ranges::reverse(all);
  return all;
}

}  // namespace healer::reports
