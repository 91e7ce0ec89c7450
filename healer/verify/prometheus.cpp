#include "healer/verify/prometheus.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "base/http/url.h"
#include "base/text/json.h"

namespace healer::checks {
namespace {

using nlohmann::json;

Labels labels_of(const json& object) {
  Labels labels;
  if (!object.is_object()) return labels;
  for (const auto& [name, value] : object.items()) {
    if (value.is_string()) labels[name] = value.get<std::string>();
  }
  return labels;
}

std::string text_at(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// [1435781451.781, "1"]: the time is left out.
std::optional<double> value_of(const json& pair) {
  if (!pair.is_array() || pair.size() != 2 || !pair[1].is_string()) return std::nullopt;
  const auto& text = pair[1].get_ref<const std::string&>();
  std::string_view digits = text;
  if (digits.starts_with('+')) digits.remove_prefix(1);  // "+Inf"
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

// The `data` of an answer that says success.
base::Result<json> data_of(const base::Result<base::http::Response>& answer, const std::string& url) {
  if (!answer) return std::unexpected(answer.error());
  auto document = base::parse_json(answer->body);
  if (!document || !document->is_object()) {
    return base::fail("{}: status {} without a Prometheus JSON body", url, answer->status);
  }
  if (answer->status != 200 || text_at(*document, "status") != "success" || !document->contains("data")) {
    return base::fail("{}: status {}: {}", url, answer->status, text_at(*document, "error"));
  }
  return std::move((*document)["data"]);
}

base::Result<AlertRule> read_rule(const json& rule, const std::string& url) {
  AlertRule out{.name = text_at(rule, "name"),
                .health = text_at(rule, "health"),
                .last_error = text_at(rule, "lastError"),
                .last_evaluation = {},
                .active = {}};
  const auto evaluated = base::parse_rfc3339(text_at(rule, "lastEvaluation"));
  if (!evaluated) return base::wrap(evaluated.error(), "{}: rule {}: lastEvaluation", url, out.name);
  out.last_evaluation = *evaluated;
  out.query = text_at(rule, "query");
  if (const auto alerts = rule.find("alerts"); alerts != rule.end() && alerts->is_array()) {
    for (const json& alert : *alerts) {
      if (!alert.is_object() || !alert.contains("labels")) {
        return base::fail("{}: rule {}: an alert without labels", url, out.name);
      }
      out.active.push_back({labels_of(alert["labels"]), text_at(alert, "state")});
    }
  }
  return out;
}

}  // namespace

Prometheus::Prometheus(std::string url, base::http::ClientOptions options)
    : client_(url, std::move(options)), url_(std::move(url)) {}

base::Result<std::vector<Sample>> Prometheus::query(const std::string& promql,
                                                    base::Deadline deadline) const {
  const auto data =
      data_of(client_.get("/api/v1/query?query=" + base::percent_encode(promql), deadline), url_);
  if (!data) return std::unexpected(data.error());
  const auto result = data->find("result");
  if (result == data->end() || !result->is_array()) return base::fail("{}: an answer without a result", url_);
  std::vector<Sample> samples;
  if (text_at(*data, "resultType") == "scalar") {
    const auto value = value_of(*result);
    if (!value) return base::fail("{}: an invalid scalar", url_);
    samples.push_back({{}, *value});
    return samples;
  }
  if (text_at(*data, "resultType") != "vector") {
    return base::fail("{}: the expression returns a {}, not a vector", url_, text_at(*data, "resultType"));
  }
  for (const json& item : *result) {
    const auto value = item.is_object() && item.contains("value") ? value_of(item["value"]) : std::nullopt;
    if (!value) return base::fail("{}: a sample without a value", url_);
    samples.push_back({labels_of(item.value("metric", json::object())), *value});
  }
  return samples;
}

base::Result<std::vector<AlertRule>> Prometheus::alert_rules(base::Deadline deadline) const {
  const auto data = data_of(client_.get("/api/v1/rules?type=alert", deadline), url_);
  if (!data) return std::unexpected(data.error());
  const auto groups = data->find("groups");
  if (groups == data->end() || !groups->is_array()) return base::fail("{}: an answer without groups", url_);
  std::vector<AlertRule> all;
  for (const json& group : *groups) {
    const auto rules = group.find("rules");
    if (rules == group.end() || !rules->is_array()) continue;
    for (const json& rule : *rules) {
      if (!rule.is_object() || text_at(rule, "type") != "alerting") continue;
      auto read = read_rule(rule, url_);
      if (!read) return std::unexpected(read.error());
      all.push_back(std::move(*read));
    }
  }
  return all;
}

}  // namespace healer::checks
