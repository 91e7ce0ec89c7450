#include "salusctl/check/checks/thresholds.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "salusctl/check/inputs/limits.h"

namespace healer::salusctl::check {
namespace {

constexpr std::string_view kWhy = "the milder alert fires too late to be a warning";

struct Recorded {
  const Rule* rule = nullptr;
  Limit limit;
};

// An alert's comparison with a number.
struct Threshold {
  const Rule* rule = nullptr;
  Comparison comparison;
  double value = 0;
};

class Thresholds {
 public:
  Thresholds(const Rulebook& book, const base::Inventory& inventory, std::vector<Finding>& findings)
      : inventory_(inventory), findings_(findings) {
    for (const Rule& rule : book.rules) {
      if (rule.is_alert || !rule.name.ends_with(":limit")) continue;
      if (auto limit = read_limit(rule.query.expr)) recorded_[rule.name] = {&rule, std::move(*limit)};
    }
    for (const Rule& rule : book.rules) {
      if (rule.is_alert) read_alert(rule);
    }
  }

  void check() {
    for (const auto& [name, mild] : recorded_) {
      for (const char* word : {"degraded", "warning", "high"}) check_recorded(name, mild, word);
    }
    for (const Threshold& mild : thresholds_) {
      for (const Threshold& grave : thresholds_) check_alerts(mild, grave);
    }
  }

 private:
  void read_alert(const Rule& rule) {
    for (Comparison& comparison : comparisons(rule.query.expr)) {
      const auto recorded = recorded_.find(comparison.record);
      if (!comparison.record.empty()) {
        auto& [above, below] = compared_[comparison.record];
        (comparison.above ? above : below) = true;
      }
      const auto value = comparison.record.empty()     ? std::optional(comparison.number)
                         : recorded == recorded_.end() ? std::nullopt
                                                       : recorded->second.limit.constant();
      if (value) thresholds_.push_back({&rule, std::move(comparison), *value});
    }
  }

  void check_recorded(const std::string& name, const Recorded& mild, std::string_view word) {
    const std::size_t at = name.find(word);
    if (at == name.npos) return;
    std::string other = name;
    other.replace(at, word.size(), "critical");
    const auto grave = recorded_.find(other);
    if (grave == recorded_.end()) return;
    const auto direction = compared_.find(name);
    const bool below = direction != compared_.end() && direction->second.second;
    if (below && direction->second.first) return;  // compared in both directions: not known
    const auto hold = [&](const std::string& whose, std::optional<double> a, std::optional<double> b) {
      if (!a || !b || (below ? *a > *b : *a < *b)) return;
      findings_.push_back(
          {Severity::kError, "threshold-order", mild.rule->file, mild.rule->query.line,
           fmt::format("{}{} is {}, not {} {} of {}", name, whose, *a, below ? "above" : "below", *b, other),
           std::string(kWhy),
           fmt::format("change this one, or that of {}:{}", grave->second.rule->file,
                       grave->second.rule->query.line)});
    };
    if (mild.limit.constant() && grave->second.limit.constant()) {
      return hold("", mild.limit.constant(), grave->second.limit.constant());
    }
    if (!depends_on_subsystem(mild.limit) || !depends_on_subsystem(grave->second.limit)) return;
    for (const base::Subsystem& subsystem : inventory_.subsystems) {
      const PossibleLabels labels{{"subsystem", {subsystem.name}},
                                  {"trading", {subsystem.trading}},
                                  {"cadence", {subsystem.cadence}},
                                  {"container", {subsystem.container}}};
      hold(fmt::format(" of {}", subsystem.name), mild.limit.of(labels), grave->second.limit.of(labels));
    }
  }

  // Whether it depends only on what subsystems.yml declares about a subsystem.
  static bool depends_on_subsystem(const Limit& limit) {
    static constexpr std::array<std::string_view, 4> kKnown{"subsystem", "trading", "cadence", "container"};
    return std::ranges::all_of(limit.branches, [](const Limit::Branch& branch) {
      return !branch.of || std::ranges::all_of(branch.of->matchers, [](const Matcher& matcher) {
        return std::ranges::find(kKnown, matcher.label) != kKnown.end();
      });
    });
  }

  // 0: not known. By status if both have one, else by severity; a template counts as none.
  static int gravity(const Rule& rule, bool by_status) {
    static constexpr std::array<std::string_view, 3> kStatus{"degraded", "critical", "failed"};
    static constexpr std::array<std::string_view, 2> kSeverity{"warning", "critical"};
    const Text* label = rule.label(by_status ? "status" : "severity");
    if (label == nullptr) return 0;
    const auto rank = [&](const auto& order) {
      const auto found = std::ranges::find(order, label->value);
      return found == order.end() ? 0 : static_cast<int>(found - order.begin()) + 1;
    };
    return by_status ? rank(kStatus) : rank(kSeverity);
  }

  static bool is_milder(const Rule& a, const Rule& b) {
    const bool by_status = gravity(a, true) > 0 && gravity(b, true) > 0;
    return gravity(a, by_status) > 0 && gravity(a, by_status) < gravity(b, by_status);
  }

  void check_alerts(const Threshold& mild, const Threshold& grave) {
    const bool above = mild.comparison.above;
    if (mild.comparison.left != grave.comparison.left || above != grave.comparison.above) return;
    if (!is_milder(*mild.rule, *grave.rule) || (above ? mild.value < grave.value : mild.value > grave.value))
      return;
    findings_.push_back(
        {Severity::kError, "threshold-order", mild.rule->file,
         mild.rule->query.line_of(mild.comparison.offset),
         fmt::format("alert {} fires {} {}, {} {} beyond {}", mild.rule->name, above ? "above" : "below",
                     mild.value, grave.rule->name, mild.value == grave.value ? "as well" : "already",
                     grave.value),
         std::string(kWhy),
         fmt::format("change this one, or that of {}:{}", grave.rule->file, grave.rule->query.line)});
  }

  const base::Inventory& inventory_;
  std::vector<Finding>& findings_;
  std::map<std::string, Recorded, std::less<>> recorded_;
  std::map<std::string, std::pair<bool, bool>, std::less<>> compared_;  // with > and with <
  std::vector<Threshold> thresholds_;
};

}  // namespace

void check_thresholds(const Rulebook& book, const base::Inventory& inventory,
                      std::vector<Finding>& findings) {
  Thresholds(book, inventory, findings).check();
}

}  // namespace healer::salusctl::check
