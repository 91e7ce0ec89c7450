#include "salusctl/check/checks/playbooks.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "salusctl/check/checks/alert_labels.h"

namespace healer::salusctl::check {
namespace {

struct Asked {
  std::set<std::string> playbooks;
  bool by_data = false;  // a template whose result depends on data
};

std::map<std::string, Asked> asked_for(const Rulebook& book) {
  std::map<std::string, Asked> asked;
  for (const Rule& rule : book.rules) {
    const Text* heal = rule.is_alert ? rule.label("heal") : nullptr;
    if (heal == nullptr) continue;
    Asked& of_alert = asked[rule.name];
    if (const auto names = outcomes(heal->value)) {
      of_alert.playbooks.insert(names->begin(), names->end());
    } else {
      of_alert.by_data = true;
    }
  }
  return asked;
}

void check_heal(const Rule& rule, const Text& heal, const Configured& configured,
                std::vector<Finding>& findings) {
  if (rule.keep_firing_line > 0) {
    findings.push_back(
        {Severity::kError, "heal-keeps-firing", rule.file, rule.keep_firing_line,
         fmt::format("alert {} has both heal and keep_firing_for", rule.name),
         "the healer verifies by the end of the alert: a healed target would still count as broken",
         "remove keep_firing_for"});
  }
  for (const std::string& name : outcomes(heal.value).value_or(std::set<std::string>{})) {
    if (name.empty()) continue;
    const DeclaredPlaybook* playbook = configured.playbook(name);
    if (playbook == nullptr) {
      const auto known = configured.values.find("playbook");
      findings.push_back(
          {Severity::kError, "playbook-unknown", rule.file, heal.line,
           fmt::format("alert {}: unknown playbook {}{}", rule.name, name,
                       known == configured.values.end() ? "" : meant(name, known->second.known)),
           "the healer refuses the alert: nothing is healed",
           fmt::format("correct it, or add it to {}", configured.healer_file)});
    } else if (std::ranges::find(playbook->accepts, rule.name, &Text::value) == playbook->accepts.end()) {
      findings.push_back(
          {Severity::kError, "alert-not-accepted", rule.file, heal.line,
           fmt::format("alert {}: playbook {} does not accept it", rule.name, name),
           "the healer refuses the alert: nothing is healed",
           fmt::format("add {} to its accepts, {}:{}", rule.name, playbook->file, playbook->line)});
    }
  }
}

}  // namespace

void check_playbooks(const Rulebook& book, const Configured& configured, std::vector<Finding>& findings) {
  for (const Rule& rule : book.rules) {
    const Text* heal = rule.is_alert ? rule.label("heal") : nullptr;
    if (heal != nullptr) check_heal(rule, *heal, configured, findings);
  }
  const auto asked = asked_for(book);
  for (const DeclaredPlaybook& playbook : configured.playbooks) {
    for (const Text& alert : playbook.accepts) {
      const auto found = asked.find(alert.value);
      if (found != asked.end() && (found->second.by_data || found->second.playbooks.contains(playbook.name)))
        continue;
      const Rule* rule = book.alert(alert.value);
      if (rule == nullptr) {
        findings.push_back({Severity::kError, "alert-unknown", playbook.file, alert.line,
                            fmt::format("playbook {} accepts unknown alert {}{}", playbook.name, alert.value,
                                        meant(alert.value, book.alerts())),
                            "no alert of this name starts the playbook", "correct the name, or remove it"});
      } else {
        findings.push_back({Severity::kError, "heal-missing", playbook.file, alert.line,
                            fmt::format("playbook {} accepts alert {}, whose label heal does not name it",
                                        playbook.name, alert.value),
                            "an action starts only if the rule and the playbook name each other",
                            fmt::format("add heal: {} to the rule, {}:{}, or remove the alert from accepts",
                                        playbook.name, rule->file, rule->line)});
      }
    }
  }
}

}  // namespace healer::salusctl::check
