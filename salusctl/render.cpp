#include "salusctl/render.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/os/clock.h"
#include "base/text/utf8.h"

namespace healer::salusctl {
namespace {

using nlohmann::json;

// Text from alerts must not contain control characters for the terminal.
std::string text_at(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return "";
  return base::excerpt(found->is_string() ? found->get<std::string>() : found->dump(), 300);
}

std::string joined(const json& object, const char* key) {
  std::string text;
  const auto found = object.find(key);
  if (found == object.end() || !found->is_array()) return text;
  for (const json& item : *found) {
    if (item.is_string()) text += (text.empty() ? "" : ", ") + base::excerpt(item.get<std::string>(), 200);
  }
  return text;
}

std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](unsigned char c) { return (c & 0xC0) != 0x80; }));
}

std::string target_of(const json& incident) {
  return text_at(incident.value("target", json::object()), "name");
}

// "+12.3s" after the incident's alert started; "" if a time cannot be read.
std::string offset(const json& incident, const std::string& at) {
  const auto begin = base::parse_rfc3339(text_at(incident, "alert_starts_at"));
  const auto then = base::parse_rfc3339(at);
  if (!begin || !then) return "";
  return fmt::format("+{:.1f}s", base::unix_seconds(*then) - base::unix_seconds(*begin));
}

// The operator's answer, or the other incident, that this one waits for.
std::string waits_for(const json& incident) {
  const json approval = incident.value("approval", json());
  if (!approval.is_object()) return text_at(incident, "waits_for");
  return fmt::format("approval {} of {}", text_at(approval, "id"), text_at(approval, "action"));
}

std::string line(std::string_view name, const std::string& value) {
  return value.empty() ? "" : fmt::format("{:<12}{}\n", name, value);
}

}  // namespace

std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  std::string text;
  for (const auto& row : rows) {
    std::string one;
    for (std::size_t i = 0; i < row.size(); ++i) {
      one += row[i] + std::string(widths[i] - width_of(row[i]) + 2, ' ');
    }
    one.erase(one.find_last_not_of(' ') + 1);
    text += one + "\n";
  }
  return text;
}

std::string render_incidents(const json& incidents) {
  if (!incidents.is_array() || incidents.empty()) return "No incidents.\n";
  std::vector<std::vector<std::string>> rows{
      {"INCIDENT", "STATE", "TARGET", "SUBSYSTEM", "ALERTS", "ACTIONS", "OPENED", "REFUSED", "WAITS FOR"}};
  for (const json& incident : incidents) {
    rows.push_back({text_at(incident, "id"), text_at(incident, "state"), target_of(incident),
                    text_at(incident, "subsystem"), joined(incident, "alerts"), text_at(incident, "actions"),
                    text_at(incident, "opened_at"), text_at(incident, "refusal"), waits_for(incident)});
  }
  return table(rows);
}

std::string render_incident(const json& incident) {
  std::string text = fmt::format("{} {}\n", text_at(incident, "id"), text_at(incident, "state"));
  text += line("target", target_of(incident));
  text += line("subsystem", text_at(incident, "subsystem"));
  text += line("severity", text_at(incident, "severity"));
  text += line("alerts", joined(incident, "alerts"));
  text += line("started by", text_at(incident, "started_by"));
  text += line("reason", text_at(incident, "reason"));
  text += line("playbook", text_at(incident, "playbook"));
  text += line("actions", text_at(incident, "actions"));
  text += line("refused", text_at(incident, "refusal"));
  text += line("", text_at(incident, "refusal_detail"));
  text += line("waits for", waits_for(incident));
  if (const json approval = incident.value("approval", json()); approval.is_object()) {
    text += line("", text_at(approval, "description"));
    text += line("", fmt::format("salusctl approve {0} | salusctl reject {0}, until {1}",
                                 text_at(approval, "id"), text_at(approval, "expires_at")));
  }
  text += line("blocks", joined(incident, "blocks"));
  text += line("started", text_at(incident, "alert_starts_at"));
  text += line("closed", text_at(incident, "closed_at"));
  if (const auto last = incident.find("recommendation"); last != incident.end() && last->is_object()) {
    text += line("recommended",
                 fmt::format("{} (priority {}, {}): {}", text_at(*last, "id"), text_at(*last, "priority"),
                             text_at(*last, "outcome"), text_at(*last, "description")));
    text += line("expected", text_at(*last, "expected_result"));
    text += line("risk", text_at(*last, "risks"));
  }
  text += line("undoes", text_at(incident, "undoes"));
  for (const json& undo : incident.value("undo", json::array())) {
    const std::string by = text_at(undo, "incident");
    text += line("reversible", fmt::format("{} {}: {}", text_at(undo, "action_id"), text_at(undo, "action"),
                                           undo.value("undone", false) ? "undone by " + by
                                           : by.empty() ? "salusctl undo " + text_at(undo, "action_id")
                                                        : "being undone by " + by));
  }
  const auto timeline = incident.find("timeline");
  if (timeline == incident.end() || !timeline->is_array()) return text;
  std::vector<std::vector<std::string>> rows{{"AT", "SINCE ALERT", "WHAT", "DETAIL"}};
  for (const json& entry : *timeline) {
    const std::string at = text_at(entry, "at");
    rows.push_back({at, offset(incident, at), text_at(entry, "what"), text_at(entry, "detail")});
  }
  return text + "\n" + table(rows);
}

std::string render_approvals(const json& approvals) {
  if (!approvals.is_array() || approvals.empty()) return "No approvals.\n";
  std::vector<std::vector<std::string>> rows{
      {"APPROVAL", "STATE", "INCIDENT", "TARGET", "WHAT", "WHY", "EXPIRES", "BY"}};
  for (const json& approval : approvals) {
    rows.push_back({text_at(approval, "id"), text_at(approval, "state"), text_at(approval, "incident"),
                    target_of(approval), text_at(approval, "description"), text_at(approval, "refusal"),
                    text_at(approval, "expires_at"), text_at(approval, "who")});
  }
  return table(rows);
}

std::string render_recommendations(const json& recommendations) {
  if (!recommendations.is_array() || recommendations.empty()) return "No recommendations.\n";
  std::vector<std::vector<std::string>> rows{
      {"RECOMMENDATION", "PRIORITY", "INCIDENT", "TARGET", "WHAT", "OUTCOME", "REASON", "AT"}};
  for (const json& recommendation : recommendations) {
    rows.push_back({text_at(recommendation, "id"), text_at(recommendation, "priority"),
                    text_at(recommendation, "incident"), target_of(recommendation),
                    text_at(recommendation, "description"), text_at(recommendation, "outcome"),
                    text_at(recommendation, "refusal"), text_at(recommendation, "at")});
  }
  return table(rows);
}

std::string render_timeline_entry(const json& entry) {
  const std::string detail = text_at(entry, "detail");
  return fmt::format("{}  {}{}{}\n", text_at(entry, "at"), text_at(entry, "what"), detail.empty() ? "" : ": ",
                     detail);
}

bool has_ended(const json& incident) {
  const std::string state = text_at(incident, "state");
  return state == "healed" || state == "resolved" || state == "released" || state == "failed" ||
         state == "exhausted";
}

std::string render_playbooks(const json& playbooks) {
  if (!playbooks.is_array() || playbooks.empty()) return "No playbooks.\n";
  std::vector<std::vector<std::string>> rows{
      {"PLAYBOOK", "TASK", "ACTIONS", "LAST RUN", "LAST SUCCESS", "INCIDENT"}};
  for (const json& playbook : playbooks) {
    const json last = playbook.value("last_incident", json());
    rows.push_back({text_at(playbook, "name"), text_at(playbook, "task"), joined(playbook, "actions"),
                    text_at(playbook, "last_run"), text_at(playbook, "last_success"),
                    last.is_object() ? text_at(last, "id") + " " + text_at(last, "state") : ""});
  }
  return table(rows);
}

namespace {

// Whether trading continues, and whether positions may be opened.
std::string trading_text(const json& policy) {
  const json limits = policy.value("restrictions", json::object());
  const std::string trading = text_at(limits, "trading");
  if (trading == "halted") return "halted";
  const std::string opens = !policy.value("new_positions_allowed", false)   ? "no new positions"
                            : text_at(limits, "new_positions") == "reduced" ? "new positions, reduced"
                                                                            : "new positions allowed";
  return opens + (trading == "exits_only" ? ", exits only" : "");
}

// The restrictions that are in force.
std::string limits_text(const json& limits) {
  std::string text;
  const auto add = [&text](const std::string& words) { text += (text.empty() ? "" : ", ") + words; };
  if (!limits.is_object()) return text;
  if (limits.value("max_leverage", json()).is_number())
    add(fmt::format("leverage at most {:g}", limits["max_leverage"].get<double>()));
  if (const json factor = limits.value("position_size_factor", json(1)); factor.is_number() && factor != 1)
    add(fmt::format("{:g} of the usual position size", factor.get<double>()));
  if (text_at(limits, "stops") == "tighter") add("tighter stops");
  const std::string existing = text_at(limits, "existing_positions");
  if (existing == "high_risk_closed") add("high-risk positions closed");
  if (existing == "all_closed") add("all positions closed");
  return text;
}

}  // namespace

std::string render_policy(const json& policy) {
  std::string text =
      line("policy", fmt::format("{} (level {})", text_at(policy, "policy"), text_at(policy, "level")));
  text += line("trading", trading_text(policy));
  text += line("limits", limits_text(policy.value("restrictions", json())));
  text += line("causes", joined(policy, "causes"));
  return text + line("valid until", text_at(policy, "valid_until"));
}

std::string render_status(const json& policy, const json& chain, const json& health, const json& pause,
                          const json& incidents) {
  std::string text = render_policy(policy);
  if (chain.is_object())
    text += line("evidence", chain.value("ok", false) ? "complete" : "missing: " + joined(chain, "problems"));
  if (health.is_object()) {
    std::string counts;
    const json summary = health.value("summary", json::object());
    for (const char* level : {"healthy", "degraded", "critical", "failed", "unknown"}) {
      if (text_at(summary, level) != "0" && !text_at(summary, level).empty()) {
        counts += fmt::format("{}{} {}", counts.empty() ? ": " : ", ", text_at(summary, level), level);
      }
    }
    text += line("health", text_at(health, "overall_status") + counts);
    text += line("", text_at(health, "error"));
  }
  if (pause.value("paused", false)) {
    const std::string until = text_at(pause, "until");
    text += line("healing", fmt::format("paused{}: {}", until.empty() ? "" : " until " + until,
                                        text_at(pause, "reason")));
  } else {
    text += line("healing", "active");
  }
  if (!incidents.is_array() || incidents.empty()) return text + line("incidents", "none open");
  return text + line("incidents", fmt::format("{} open", incidents.size())) + "\n" +
         render_incidents(incidents);
}

std::string render_notifier_test(const json& results) {
  std::vector<std::vector<std::string>> rows{{"NOTIFIER", "OUTCOME", "ERROR"}};
  for (const json& result : results) {
    rows.push_back({text_at(result, "notifier"), text_at(result, "outcome"), text_at(result, "error")});
  }
  return table(rows);
}

}  // namespace healer::salusctl
