#include "salusctl/explain.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/os/file.h"
#include "base/text/json.h"
#include "base/text/utf8.h"
#include "healer/actions/table.h"
#include "healer/alerts/alertmanager_list.h"
#include "healer/alerts/webhook/payload.h"
#include "healer/engine/explain.h"
#include "healer/setup/setup.h"
#include "salusctl/recorded.h"
#include "salusctl/render.h"

namespace healer::salusctl {
namespace {

using json = nlohmann::ordered_json;

constexpr int kRefused = 1;
constexpr int kBadInput = 2;

Output bad(const std::string& what) { return {kBadInput, "", "salusctl: " + what + "\n"}; }

// A webhook's body has "alerts", a list is an array; one alert of either is an object with "labels".
base::Result<std::vector<Alert>> read_alerts(const std::string& text, base::Now now) {
  const auto document = base::parse_json(text);
  if (!document) return std::unexpected(document.error());
  nlohmann::json list = *document;
  if (document->is_object() && document->contains("alerts")) {
    auto payload = webhook::parse_payload(text);
    if (!payload) return std::unexpected(payload.error());
    return std::move(payload->alerts);
  }
  if (document->is_object()) {
    if (!document->contains("status") || (*document)["status"].is_object()) {
      list = nlohmann::json::array({*document});
    } else {
      const nlohmann::json body = {
          {"version", "4"}, {"status", "firing"}, {"alerts", nlohmann::json::array({*document})}};
      auto payload = webhook::parse_payload(body.dump());
      if (!payload) return std::unexpected(payload.error());
      return std::move(payload->alerts);
    }
  }
  // The explanation does not depend on where Alertmanager routes the alerts.
  if (list.is_array()) {
    for (nlohmann::json& alert : list) {
      if (alert.is_object()) alert.erase("receivers");
    }
  }
  auto parsed = webhook::parse_list(list.dump(), now, {});
  if (!parsed) return std::unexpected(parsed.error());
  return std::move(parsed->alerts);
}

// The outcome and its reason.
std::pair<std::string, std::string> outcome(const Explanation& why) {
  if (why.not_allowed)
    return {"refuse", fmt::format("{}: {}", to_string(why.not_allowed->reason), why.not_allowed->detail)};
  if (why.acts()) return {"act", why.description};
  if (const auto* refused = std::get_if<guards::Refused>(&why.decision))
    return {"refuse", fmt::format("{}: {}", to_string(refused->reason), refused->detail)};
  return {"needs an operator", std::get<Spent>(why.decision).why};
}

std::string line(std::string_view name, std::string_view value) {
  return value.empty() ? "" : fmt::format("{:<13}{}\n", name, base::excerpt(std::string(value), 300));
}

std::string render(const Explanation& why) {
  const auto [what, because] = outcome(why);
  std::string text = line("alert", why.alert.label("alertname"));
  text += line("decision", what + ", " + because);
  if (why.not_allowed) return text;
  text += line("incident", why.incident.empty() ? "would open a new one" : why.incident);
  text += line("playbook", why.playbook);
  text += line("target", why.target.name);
  text += line("subsystem", why.subsystem);
  if (!why.rung) return text;
  text += line("rung", fmt::format("{}: {}", *why.rung + 1, why.action));
  text += line("would do", why.description);
  text += line("priority", std::to_string(why.priority));
  text += line("expected", actions::info(why.action).expected);
  text += line("risk", actions::info(why.action).risk);
  text += line("automatic", !why.automatic ? "no: runs only when an operator approves it"
                            : why.approval ? "no: needs approval"
                                           : "yes");
  std::vector<std::vector<std::string>> rows{{"GUARD", "ALLOWS", "REASON"}};
  for (const auto& verdict : why.guards) {
    rows.push_back({std::string(verdict.guard), verdict.refused ? "no" : "yes",
                    verdict.refused ? base::excerpt(verdict.refused->detail, 300) : ""});
  }
  return text + "\n" + table(rows);
}

json to_json(const Explanation& why, base::Now now) {
  const auto [what, because] = outcome(why);
  json guards = json::array();
  for (const auto& verdict : why.guards) {
    json one{{"guard", verdict.guard}, {"opens", !verdict.refused}};
    if (verdict.refused) {
      one["reason"] = to_string(verdict.refused->reason);
      one["detail"] = verdict.refused->detail;
      one["retry_at"] = verdict.refused->retry_at
                            ? json(base::rfc3339(now.wall + (*verdict.refused->retry_at - now.mono)))
                            : json();
    }
    guards.push_back(std::move(one));
  }
  return {{"alert", why.alert.label("alertname")},
          {"fingerprint", why.alert.fingerprint},
          {"acts", why.acts()},
          {"outcome", what},
          {"because", because},
          {"incident", why.incident},
          {"playbook", why.playbook},
          {"target", {{"kind", why.target.kind}, {"name", why.target.name}}},
          {"rung", why.rung ? json(*why.rung) : json()},
          {"action", why.action},
          {"description", why.description},
          {"priority", why.priority},
          {"expected_result", why.rung ? actions::info(why.action).expected : ""},
          {"risks", why.rung ? actions::info(why.action).risk : ""},
          {"automatic", why.automatic},
          {"needs_approval", why.approval},
          {"guards", std::move(guards)}};
}

}  // namespace

Output explain_alerts(const Explain& wanted, const base::Clock& clock) {
  const base::Now now = clock.now();
  const auto text = base::read_file(wanted.alert_file == "-" ? "/dev/stdin" : wanted.alert_file);
  if (!text) return bad(text.error().message);
  const auto alerts = read_alerts(*text, now);
  if (!alerts) return bad(fmt::format("{}: {}", wanted.alert_file, alerts.error().message));
  if (alerts->empty()) return bad(fmt::format("{}: contains no alert", wanted.alert_file));
  base::yaml::Problems problems;
  const auto setup = read_setup(
      wanted.config_file, subsystems_beside(wanted.config_file, wanted.subsystems_file), clock, problems);
  if (!problems.empty()) return {kBadInput, "", problems.str()};
  History remembered;
  if (!wanted.journal_file.empty()) {
    const auto recorded = read_recorded(wanted.journal_file);
    if (!recorded) return bad(recorded.error().message);
    auto history = remember(*recorded, now);
    if (!history) return bad(fmt::format("{}: {}", wanted.journal_file, history.error().message));
    remembered = std::move(*history);
  }
  const auto describe = [&setup](const std::string& playbook, std::size_t rung, const Target& target) {
    const actions::Action* action = setup->action(playbook, rung);
    return action == nullptr ? std::string() : action->describe(target);
  };
  Output output;
  json all = json::array();
  for (const Alert& alert : *alerts) {
    // Each alert is explained separately: the effects of one do not count for the others.
    History history = remembered;
    const Explanation why = healer::explain(alert, setup->config, history, now, describe);
    if (!why.acts()) output.code = kRefused;
    if (wanted.json) {
      all.push_back(to_json(why, now));
    } else {
      output.out += (output.out.empty() ? "" : "\n") + render(why);
    }
  }
  if (wanted.json) output.out = all.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
  return output;
}

}  // namespace healer::salusctl
