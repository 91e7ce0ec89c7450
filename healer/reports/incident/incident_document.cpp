#include "healer/reports/incident/incident_document.h"

#include <fmt/format.h>

#include <algorithm>

#include "healer/reports/render/units.h"
#include "healer/state/incident.h"

namespace healer::reports {
namespace {

using std::chrono::milliseconds;

std::string moment(base::WallTime at) {
  std::string text = base::rfc3339(at);
  text[10] = ' ';
  text.pop_back();
  return text + " UTC";
}

// The time between two points. Unknown if the clock was set back in between.
std::string between(std::optional<base::WallTime> from, std::optional<base::WallTime> to,
                    const std::string& otherwise) {
  if (!from || !to) return otherwise;
  if (*to < *from) return "unknown: the clocks disagree";
  return spoken(std::chrono::floor<milliseconds>(*to - *from));
}

Status tone_of(State state) {
  switch (state) {
    case State::kHealed:
    case State::kResolved:
      return Status::kGood;
    case State::kExhausted:
    case State::kUnknown:
      return Status::kBad;
    default:
      return Status::kWarning;
  }
}

bool restricted(const PolicyStand& stand) { return stand.policy != Policy::kAllowAll; }

base::Duration restricted_for(const IncidentFacts& facts) {
  base::Duration sum{};
  for (const PolicyStand& each : facts.policies) {
    if (restricted(each)) sum += each.to - each.from;
  }
  return sum;
}

std::string alerts_of(const IncidentFacts& facts) {
  std::vector<std::string> names;
  for (const AlertFact& each : facts.alerts) {
    const std::string name(each.alert.label("alertname"));
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string policies_of(const IncidentFacts& facts) {
  if (facts.policies.empty()) return "unknown: no journal record of a policy";
  std::string text;
  for (const PolicyStand& each : facts.policies) {
    text += fmt::format("{}{} ({})", text.empty() ? "" : ", then ", to_string(each.policy),
                        spoken(std::chrono::floor<milliseconds>(each.to - each.from)));
  }
  return text;
}

void add_headline(const IncidentReport& report, Document& document) {
  const IncidentFacts& facts = report.facts;
  document.title = fmt::format("{}: incident {}", report.stack, facts.id);
  document.add(Heading{1, fmt::format("{}: incident {}", report.stack, facts.id), ""});
  document.add(Callout{
      tone_of(facts.state),
      Line().strong(fmt::format("{} {}: {}.", facts.target.kind, facts.target.name, status_of(facts)))});
  Line line("Playbook ");
  line.code(facts.playbook);
  if (!facts.started_by.empty()) {
    line.plain(fmt::format(", requested by {}{}.", facts.started_by,
                           facts.reason.empty() ? "" : " (" + facts.reason + ")"));
  } else {
    line.plain(fmt::format(", for {}.", alerts_of(facts)));
  }
  document.add(Paragraph{line});
  for (const std::string& each : report.missing) document.add(Callout{Status::kUnknown, Line(each)});
}

void add_lines(const char* heading, const std::vector<LogLine>& lines, const char* none, Document& document) {
  document.add(Heading{3, heading, ""});
  if (lines.empty()) return document.add(Paragraph{Line(none)});
  std::string text;
  for (const LogLine& line : lines) text += line.str() + "\n";
  document.add(Verbatim{text, false});
}

// What an operator needs first once healing has ended without success.
void add_next_steps(const IncidentReport& report, Document& document) {
  const IncidentFacts& facts = report.facts;
  if (facts.state != State::kExhausted) return;
  document.add(Heading{2, "Next steps", "next"});
  Bullets bullets;
  if (!report.container.empty()) {
    bullets.items.push_back(
        Line(report.exit_code ? fmt::format("Exit code of {}: {}.", report.container, *report.exit_code)
                              : fmt::format("Exit code of {}: unknown, none was seen.", report.container)));
  }
  if (!facts.acts.empty()) {
    const ActFact& last = facts.acts.back();
    bullets.items.push_back(Line(fmt::format("Last action: {}: {}{}.", last.description,
                                             last.outcome.empty() ? "outcome unknown" : last.outcome,
                                             last.detail.empty() ? "" : ", " + last.detail)));
  }
  if (!report.container.empty())
    bullets.items.push_back(Line("Look at its log: ").code("docker logs --tail 100 " + report.container));
  bullets.items.push_back(
      Line("When it is fixed: ").code(fmt::format("salusctl release {} --reason \"…\"", facts.id)));
  document.add(std::move(bullets));
  if (!report.evidence || report.container.empty()) return;
  add_lines("Last log lines", report.evidence->last, "The exporter has no recent event of it.", document);
}

void add_numbers(const IncidentReport& report, Document& document) {
  const IncidentFacts& facts = report.facts;
  std::optional<base::WallTime> first_bad = report.first_bad.value;
  std::optional<base::WallTime> acted;
  std::optional<base::WallTime> ended;
  if (!facts.acts.empty()) {
    acted = facts.acts.front().at;
    ended = facts.acts.back().ended_at;
  }
  const std::optional<base::WallTime> began =
      facts.alerts.empty() ? std::optional<base::WallTime>() : facts.began_at;
  const bool open = !facts.closed_at;
  Table table{{{"measure"}, {"value"}, {"measured from"}}, {}};
  const auto add = [&](const char* what, std::string value, std::string from) {
    table.rows.push_back({what, Line(std::move(value)), std::move(from)});
  };
  const std::string by_hand = "there was no alert";
  add("Duration",
      between(first_bad ? std::min(*first_bad, facts.began_at) : facts.began_at, facts.end(), "unknown") +
          (open ? ", and still open" : ""),
      first_bad ? report.first_bad_is + " to its end" : "its alert's start to its end");
  add("Time to detect", between(first_bad, began, began ? "unknown: " + report.first_bad.why : by_hand),
      report.first_bad_is + " to the alert's start");
  add("Time to deliver",
      between(began, facts.delivered_at, began ? "unknown: no journal record of the delivery" : by_hand),
      "the alert's start to the journal");
  add("Time to act", between(facts.delivered_at.value_or(facts.opened_at), acted, "no action was taken"),
      "the journal to the first action's intent");
  add("Time to verify", between(ended, facts.healed_at, "recovery was not verified"),
      "the last action's end to verified health");
  document.add(Heading{2, "Key figures", "numbers"});
  document.add(std::move(table));
  int refused = 0;
  for (const RefusalFact& each : facts.refusals) refused += each.times;
  Bullets bullets;
  bullets.items.push_back(Line(count(facts.acts.size(), "action") + ", " +
                               count(static_cast<std::uint64_t>(refused), "refusal")));
  bullets.items.push_back(Line("Policy during the incident: " + policies_of(facts)));
  document.add(std::move(bullets));
}

void add_services(const Timeline& services, Document& document) {
  if (services.rows.empty()) return;
  document.add(Chart{services});
  Bullets bullets;
  for (const Timeline::Row& row : services.rows) {
    bullets.items.push_back(Line(fmt::format("{}: down for {}, unknown for {}, in a window of {}.", row.name,
                                             spoken(total(row.intervals, Condition::kDown)),
                                             spoken(total(row.intervals, Condition::kUnknown)),
                                             spoken(services.window.length()))));
  }
  document.add(std::move(bullets));
}

void add_impact(const IncidentReport& report, Document& document) {
  const IncidentFacts& facts = report.facts;
  document.add(Heading{2, "Impact", "impact"});
  if (!report.affected) {
    document.add(Callout{Status::kUnknown,
                         Line(fmt::format("The affected subsystems are unknown: {}.", report.affected.why))});
  } else if (report.affected->empty()) {
    document.add(Paragraph{Line(facts.target.kind == kTrading
                                    ? "Trading as a whole."
                                    : "No declared subsystem runs in it or depends on it.")});
  } else {
    Table table{{{"subsystem"}, {"trading depends on it"}, {"affected because it"}}, {}};
    for (const Affected& each : *report.affected) {
      const bool critical = each.trading == "critical";
      table.rows.push_back({each.name,
                            Cell(Line(critical                    ? "critically"
                                      : each.trading == "partial" ? "partially"
                                                                  : "not"),
                                 critical                    ? Status::kBad
                                 : each.trading == "partial" ? Status::kWarning
                                                             : Status::kNone),
                            each.why});
    }
    document.add(std::move(table));
  }
  add_services(report.services, document);
  if (facts.policies.empty()) {
    document.add(
        Paragraph{Line("It is unknown whether trading was restricted: no journal record of a policy.")});
    return;
  }
  if (std::ranges::none_of(facts.policies, restricted)) {
    document.add(Paragraph{Line("Trading was not restricted.")});
    return;
  }
  document.add(Paragraph{Line(fmt::format("Trading was restricted for {}:",
                                          spoken(std::chrono::floor<milliseconds>(restricted_for(facts)))))});
  Table table{{{"policy"}, {"from"}, {"for"}, {"causes"}}, {}};
  for (const PolicyStand& each : facts.policies) {
    table.rows.push_back({std::string(to_string(each.policy)), moment(each.from),
                          spoken(std::chrono::floor<milliseconds>(each.to - each.from)),
                          each.causes.empty() ? std::string("already in effect")
                                              : fmt::format("{}", fmt::join(each.causes, "; "))});
  }
  document.add(std::move(table));
}

void add_healing(const IncidentFacts& facts, Document& document) {
  document.add(Heading{2, "Actions", "done"});
  if (facts.acts.empty()) {
    document.add(Paragraph{Line("No action was taken.")});
  } else {
    Table table{{{"action"}, {"what"}, {"at"}, {"took"}, {"outcome"}}, {}};
    for (const ActFact& each : facts.acts) {
      const std::string outcome = each.outcome.empty() ? std::string("not known yet") : each.outcome;
      table.rows.push_back({each.id, each.description, moment(each.at),
                            between(each.at, each.ended_at, "unknown"),
                            Cell(Line(each.detail.empty() ? outcome : outcome + ": " + each.detail),
                                 each.outcome == "success" ? Status::kGood
                                 : each.outcome.empty()    ? Status::kUnknown
                                                           : Status::kBad)});
    }
    document.add(std::move(table));
  }
  if (facts.refusals.empty()) {
    document.add(Paragraph{Line("Nothing was refused.")});
    return;
  }
  Table table{{{"refusal reason"}, {"times", true}, {"last"}, {"detail"}}, {}};
  for (const RefusalFact& each : facts.refusals) {
    table.rows.push_back({each.reason, std::to_string(each.times), moment(each.last),
                          each.detail.empty() ? "–" : each.detail});
  }
  document.add(std::move(table));
}

void add_timeline(const IncidentFacts& facts, Document& document) {
  document.add(Heading{2, "Timeline", "timeline"});
  Table table{{{"UTC"}, {"event"}, {"source"}}, {}};
  for (const Event& each : facts.events) {
    const std::string time = moment(each.at);
    Line source(each.source);
    if (!each.query.empty()) source.plain(": ").code(each.query);
    table.rows.push_back({Line(time.substr(0, time.size() - 4)), each.what, std::move(source)});
  }
  document.add(std::move(table));
  if (facts.events_left_out > 0) {
    document.add(Paragraph{Line(fmt::format("{} from the middle of the timeline are omitted.",
                                            count(facts.events_left_out, "line")))});
  }
}

void add_breach(const Notice::Pairs& fields, Document& document) {
  if (fields.empty()) return;
  document.add(Paragraph{Line("Thresholds were breached: ").strong(fields.front().second).plain(".")});
  Table table{{{"in the hour before, in all logs"}, {"count", true}}, {}};
  for (std::size_t i = 1; i < fields.size(); ++i) {
    std::string name = fields[i].first;
    std::ranges::replace(name, '_', ' ');
    table.rows.push_back({name, fields[i].second});
  }
  if (!table.rows.empty()) document.add(std::move(table));
}

void add_evidence(const IncidentReport& report, Document& document) {
  document.add(Heading{2, "Evidence from the logs", "evidence"});
  add_breach(report.breach, document);
  if (!report.evidence) {
    document.add(Callout{Status::kUnknown, Line(fmt::format("Unknown: {}.", report.evidence.why))});
    return;
  }
  add_lines("Critical events (top 5)", report.evidence->critical,
            "None in the hour before the incident, or since.", document);
  add_lines("Errors (top 10)", report.evidence->errors, "None in the hour before the incident, or since.",
            document);
}

void add_hypotheses(const IncidentReport& report, Document& document) {
  document.add(Heading{2, "Possible causes", "hypotheses"});
  if (report.hypotheses.empty()) {
    document.add(
        Paragraph{Line(report.missing.empty() && report.evidence
                           ? "None found: no OOM kill, no dependency that was down, no deployment, no "
                             "new kind of error and no other alert was seen at the time."
                           : "None found, but some queries failed.")});
    return;
  }
  document.add(Paragraph{Line("Hypotheses with their evidence. None of them is proven.")});
  for (const Hypothesis& each : report.hypotheses) {
    document.add(Heading{3, each.what, ""});
    Bullets bullets;
    for (const std::string& line : each.evidence) bullets.items.emplace_back(line);
    document.add(std::move(bullets));
  }
}

void add_appendix(const IncidentReport& report, Document& document) {
  document.add(Heading{2, "About this report", "appendix"});
  Bullets bullets;
  bullets.items.push_back(Line(basis_of(report.facts)));
  bullets.items.push_back(
      Line(fmt::format("Written {} by Salus {}.",
                       moment(std::chrono::floor<std::chrono::seconds>(report.written_at)), report.version)));
  std::vector<std::string> names;
  for (const AlertFact& each : report.facts.alerts) {
    const std::string name(each.alert.label("alertname"));
    if (name.empty() || std::ranges::find(names, name) != names.end()) continue;
    const auto annotated = each.alert.annotations.find("runbook_url");
    std::string url = report.runbook_url.empty() ? "" : report.runbook_url + name + ".md";
    if (annotated != each.alert.annotations.end()) url = annotated->second;
    if (url.empty()) continue;
    names.push_back(name);
    bullets.items.push_back(Line("Runbook: ").link(name, url));
  }
  document.add(std::move(bullets));
  if (report.queries.empty()) return;
  Table table{{{"queried from Prometheus"}, {"selector"}}, {}};
  for (const Query& each : report.queries) table.rows.push_back({each.what, Line().code(each.promql)});
  document.add(std::move(table));
}

}  // namespace

std::string status_of(const IncidentFacts& facts) {
  const std::string after = between(facts.began_at, facts.end(), "an unknown time");
  switch (facts.state) {
    case State::kHealed:
      return "healed after " + after;
    case State::kResolved:
      return fmt::format("resolved after {}, before any action", after);
    case State::kReleased:
      return fmt::format("released by an operator after {}", after);
    case State::kFailed:
      return "failed after " + after;
    case State::kExhausted:
      return "not healed: operator action required";
    default:
      return fmt::format("still open ({})", to_string(facts.state));
  }
}

std::string basis_of(const IncidentFacts& facts) {
  return fmt::format("Based on the healer's journal up to record {}; opened {}.", facts.last_record,
                     moment(facts.opened_at));
}

Document document_of(const IncidentReport& report) {
  Document document;
  add_headline(report, document);
  add_next_steps(report, document);
  add_numbers(report, document);
  add_impact(report, document);
  add_healing(report.facts, document);
  add_timeline(report.facts, document);
  add_evidence(report, document);
  add_hypotheses(report, document);
  add_appendix(report, document);
  return document;
}

}  // namespace healer::reports
