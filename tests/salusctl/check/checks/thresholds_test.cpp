#include "salusctl/check/checks/thresholds.h"

#include "tests/catch.h"

using namespace healer::salusctl::check;

namespace {

struct Fixture {
  Rulebook book;
  base::Inventory inventory;

  void add(bool is_alert, const std::string& name, const std::string& expr, const std::string& severity = "",
           const std::string& status = "") {
    Rule rule;
    rule.is_alert = is_alert;
    rule.name = name;
    rule.query.expr = expr;
    if (!severity.empty()) rule.labels.push_back({"severity", severity, 1});
    if (!status.empty()) rule.labels.push_back({"status", status, 1});
    book.rules.push_back(rule);
  }
  std::vector<std::string> found() const {
    std::vector<Finding> findings;
    check_thresholds(book, inventory, findings);
    std::vector<std::string> texts;
    for (const Finding& each : findings) texts.push_back(each.what);
    return texts;
  }
};

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE_METHOD(Fixture, "where little is bad, the graver limit is the smaller one") {
  add(false, "salus:left_degraded:limit", "vector(7)");
  add(false, "salus:left_critical:limit", "vector(3)");
  add(true, "Mild", "left < on () group_left () salus:left_degraded:limit", "warning");
  add(true, "Grave", "left < on () group_left () salus:left_critical:limit", "critical");
  CHECK(found().empty());
  book.rules[1].query.expr = "vector(9)";
  CHECK(found() == Texts{"salus:left_degraded:limit is 7, not above 9 of salus:left_critical:limit",
                         "alert Mild fires below 7, Grave already beyond 9"});
}

TEST_CASE_METHOD(Fixture, "a limit with cases is held for every subsystem by what is declared of it") {
  inventory.subsystems = {{"a", "", "critical", "normal", "", {}}, {"b", "", "none", "normal", "", {}}};
  add(false, "x:age_degraded:limit",
      "60 * group by (subsystem) (info{trading=\"critical\"}) or 900 * group by (subsystem) (info)");
  add(false, "x:age_critical:limit", "300 * group by (subsystem) (info)");
  CHECK(found() == Texts{"x:age_degraded:limit of b is 900, not below 300 of x:age_critical:limit"});
}

TEST_CASE_METHOD(Fixture, "status counts before severity, and alerts of one gravity may overlap") {
  add(true, "Degraded", "x > 5", "critical", "degraded");
  add(true, "Critical", "x > 3", "warning", "critical");
  CHECK(found() == Texts{"alert Degraded fires above 5, Critical already beyond 3"});
  book.rules[0].labels = book.rules[1].labels;
  CHECK(found().empty());
}

TEST_CASE_METHOD(Fixture, "what cannot be decided is no finding") {
  add(true, "Mild", "x > 5", "{{ if $a }}critical{{ else }}warning{{ end }}");
  add(true, "Grave", "x > 3", "critical");
  add(true, "Other", "y > 5", "warning");
  add(true, "Series", "x > 5 * y", "warning");
  add(false, "z_degraded:limit", "scalar(z)");
  add(false, "z_critical:limit", "vector(1)");
  CHECK(found().empty());
}
