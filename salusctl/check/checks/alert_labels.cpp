#include "salusctl/check/checks/alert_labels.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <regex>

#include "base/text/spelling.h"

namespace healer::salusctl::check {
namespace {

constexpr std::size_t kMaxWays = 256;  // of one alert; the others are ignored

const ContractLabel* contract_of(std::string_view name) {
  const auto found = std::ranges::find(contract_labels(), name, &ContractLabel::name);
  return found == contract_labels().end() ? nullptr : &*found;
}

void check_value(const Rule& rule, const Text& label, const ContractLabel& contract,
                 std::vector<Finding>& findings) {
  const auto values = outcomes(label.value);
  if (!values) return;
  for (const std::string& value : *values) {
    if (value.empty() || std::ranges::find(contract.values, value) != contract.values.end()) continue;
    findings.push_back(
        {Severity::kError, "label-value", rule.file, label.line,
         fmt::format("alert {}: {} may be \"{}\"{}", rule.name, label.name, value,
                     base::did_you_mean(value, contract.values)),
         fmt::format("programs that read {} support only {}", label.name, fmt::join(contract.values, ", ")),
         fmt::format("use one of {}", fmt::join(contract.values, ", "))});
  }
}

}  // namespace

const std::vector<ContractLabel>& contract_labels() {
  static const std::vector<ContractLabel> kLabels{
      {"severity", {"critical", "warning", "info"}},
      {"trading", {"critical", "partial", "none"}},
      {"status", {"degraded", "critical", "failed", "unknown"}},
      {"issue", {"low", "medium", "high", "critical"}},
      {"impacts_trading", {"true", "false"}},
      {"policy",
       {"allow_all", "safe_risk_profile", "no_new_trades", "defensive_exit", "emergency_shutdown",
        "unknown"}},
  };
  return kLabels;
}

std::optional<std::set<std::string>> outcomes(const std::string& label_template) {
  if (!label_template.contains("{{")) return std::set{label_template};
  static const std::regex kComparison(R"(^\s*\{\{-?\s*(eq|ne|lt|le|gt|ge|and|or|not)\s[^{}]*\}\}\s*$)");
  if (std::regex_match(label_template, kComparison)) return std::set<std::string>{"true", "false"};
  static const std::regex kAction(R"(\{\{-?\s*(.*?)\s*-?\}\})");
  std::set<std::string> values;
  bool has_else = false;
  std::string rest;
  std::size_t at = 0;
  const auto take = [&](std::string_view text) {
    const auto first = text.find_first_not_of(" \n\t");
    if (first == text.npos) return;
    values.emplace(text.substr(first, text.find_last_not_of(" \n\t") - first + 1));
  };
  for (std::sregex_iterator each(label_template.begin(), label_template.end(), kAction), end; each != end;
       ++each) {
    const auto start = static_cast<std::size_t>(each->position());
    take(std::string_view(label_template).substr(at, start - at));
    at = start + static_cast<std::size_t>(each->length());
    const std::string action = (*each)[1].str();
    const std::string_view word = std::string_view(action).substr(0, action.find(' '));
    if (word != "if" && word != "else" && word != "end") return std::nullopt;
    has_else |= action == "else";
  }
  take(std::string_view(label_template).substr(at));
  if (!has_else) values.insert("");
  return values;
}

std::vector<PossibleLabels> possible_labels(const Rule& alert) {
  PossibleLabels base{{"alertname", {alert.name}}, {"heal", {""}}};
  for (const ContractLabel& label : contract_labels()) {
    if (label.name != "trading") base[std::string(label.name)] = {""};  // trading is a label of the series
  }
  std::vector<PossibleLabels> ways{base};
  for (const Text& label : alert.labels) {
    const auto values = outcomes(label.value);
    if (!values) {
      for (PossibleLabels& way : ways) way.erase(label.name);  // anything
      continue;
    }
    std::vector<PossibleLabels> more;
    for (const PossibleLabels& way : ways) {
      for (const std::string& value : *values) {
        if (more.size() >= kMaxWays) break;
        more.push_back(way);
        more.back()[label.name] = {value};
      }
    }
    ways = std::move(more);
  }
  return ways;
}

void check_alert_labels(const Rulebook& book, std::vector<Finding>& findings) {
  for (const Rule& rule : book.rules) {
    if (!rule.is_alert) continue;
    for (const Text& label : rule.labels) {
      if (const ContractLabel* contract = contract_of(label.name))
        check_value(rule, label, *contract, findings);
    }
    if (rule.label("severity") == nullptr) {
      findings.push_back({Severity::kError, "label-missing", rule.file, rule.line,
                          fmt::format("alert {} has no severity", rule.name),
                          "Alertmanager routes notifications by severity",
                          "add severity: critical, warning or info"});
    }
    if (const Text* issue = rule.label("issue");
        issue != nullptr && rule.label("impacts_trading") == nullptr) {
      findings.push_back({Severity::kError, "label-missing", rule.file, issue->line,
                          fmt::format("alert {} has an issue but no impacts_trading", rule.name),
                          "the policy of a critical issue depends on whether it affects trading",
                          "add impacts_trading: 'true' or 'false'"});
    }
  }
}

}  // namespace healer::salusctl::check
