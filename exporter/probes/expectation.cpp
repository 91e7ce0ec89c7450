#include "exporter/probes/expectation.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/text/json.h"

namespace exporter::probes {
namespace {

using base::yaml::Node;

bool is_pointer(std::string_view pointer) {
  if (!pointer.empty() && !pointer.starts_with('/')) return false;
  for (auto at = pointer.find('~'); at != pointer.npos; at = pointer.find('~', at + 1)) {
    if (at + 1 >= pointer.size() || (pointer[at + 1] != '0' && pointer[at + 1] != '1')) return false;
  }
  return true;
}

std::optional<double> to_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

bool equals(const nlohmann::json& value, const std::string& wanted) {
  if (value.is_string()) return value.get_ref<const std::string&>() == wanted;
  if (value.is_number()) return to_number(wanted) == value.get<double>();
  if (value.is_boolean()) return wanted == (value.get<bool>() ? "true" : "false");
  return value.is_null() && wanted == "null";
}

Failure judge_json(const Expectation& expectation, std::string_view body) {
  const auto document = base::parse_json(body);
  if (!document) return {Reason::kJson, "the body is not JSON: " + document.error().message};
  for (const auto& [pointer, wanted] : expectation.json) {
    const auto* const value = base::at_pointer(*document, pointer);
    if (value == nullptr) return {Reason::kJson, fmt::format("the JSON has no value at \"{}\"", pointer)};
    if (!equals(*value, wanted))
      return {Reason::kJson, fmt::format("the JSON value at \"{}\" is not {}", pointer, wanted)};
  }
  return {};
}

}  // namespace

Regex read_regex(const Node& node, Regex::Lines lines) {
  auto compiled = Regex::compile(node.non_empty_string(), lines);
  if (compiled) return std::move(*compiled);
  node.problem("is not a regular expression: " + compiled.error().message);
  return Regex::compile("x").value();
}

std::vector<Regex> read_regexes(const Node& list) {
  std::vector<Regex> regexes;
  for (const Node& node : list.items()) regexes.push_back(read_regex(node));
  return regexes;
}

Expectation read_expectation(const Node& probe) {
  Expectation expectation;
  for (const Node& node : probe.optional("valid_status_codes").items()) {
    expectation.statuses.push_back(static_cast<int>(node.integer(200, 100, 599)));
  }
  expectation.wanted = read_regexes(probe.optional("fail_if_body_not_matches_regexp"));
  expectation.unwanted = read_regexes(probe.optional("fail_if_body_matches_regexp"));
  for (const auto& [pointer, node] : probe.optional("json").entries()) {
    if (!is_pointer(pointer))
      node.problem("\"" + pointer + "\" is not a JSON pointer; expected one such as /status");
    expectation.json.emplace_back(pointer, node.string("null"));
  }
  return expectation;
}

Failure judge(const Expectation& expectation, int status, std::string_view body) {
  const auto& statuses = expectation.statuses;
  const bool valid = statuses.empty() ? status >= 200 && status < 300
                                      : std::ranges::find(statuses, status) != statuses.end();
  if (!valid) return {Reason::kStatus, fmt::format("status {}", status)};
  for (const Regex& regex : expectation.wanted) {
    if (!regex.matches(body))
      return {Reason::kBody, fmt::format("the body does not match {}", regex.expression())};
  }
  for (const Regex& regex : expectation.unwanted) {
    if (regex.matches(body)) return {Reason::kBody, fmt::format("the body matches {}", regex.expression())};
  }
  return expectation.json.empty() ? Failure{} : judge_json(expectation, body);
}

}  // namespace exporter::probes
