// The records of an incident of which the truth is known, a Prometheus that answers what a test says, and
// logs.
#pragma once

#include <fmt/format.h>

#include <map>
#include <string>
#include <vector>

#include "base/http/server/server.h"
#include "healer/reports/incident/incident_facts.h"
#include "tests/fakes/fake_clock.h"
#include "tests/healer/scripted_server.h"

namespace tests {

using namespace std::chrono_literals;

inline const base::WallTime kBegan(1765944000s);  // 2025-12-17 04:00:00 UTC: the alert's start

inline healer::Alert down_alert() {
  healer::Alert alert;
  alert.fingerprint = "f";
  alert.firing = true;
  alert.labels = {{"alertname", "ContainerDown"}, {"container", "bot"}, {"subsystem", "executor"}};
  alert.starts_at = kBegan;
  return alert;
}

inline healer::Alert breach_alert() {
  healer::Alert alert = down_alert();
  alert.labels = {{"alertname", "LogErrors"}, {"container", "bot"}, {"source", "bot"}};
  alert.annotations = {{"breach", "490 errors (threshold: 50)"}, {"errors", "490"}, {"warnings", "11"}};
  return alert;
}

class Records {
 public:
  std::uint64_t tell(base::Duration after, healer::Fact fact) {
    entries.push_back({entries.size() + 1, {kBegan + after, std::move(fact)}});
    return entries.size();
  }
  // From the delivery of the alert to the incident: its number.
  std::uint64_t open(const healer::Alert& alert, base::Duration after = 5s) {
    tell(after, healer::AlertSeen{alert});
    return tell(after, healer::IncidentOpened{.playbook = "restart",
                                              .subsystem = "executor",
                                              .severity = "critical",
                                              .target = {"container", "bot"},
                                              .fingerprint = alert.fingerprint,
                                              .alert_name = std::string(alert.label("alertname")),
                                              .alert_starts_at = alert.starts_at});
  }
  void move(base::Duration after, std::uint64_t incident, healer::State from, healer::State to,
            std::string detail = "", std::optional<healer::Refusal> refusal = std::nullopt) {
    tell(after, healer::IncidentMoved{incident, from, to, refusal, std::move(detail)});
  }
  // One action, 2 s long, that helps after 10 s.
  void heal(base::Duration after, std::uint64_t incident) {
    using enum healer::State;
    const std::string id = fmt::format("INC-{}/1", incident);
    move(after, incident, kAccepted, kIntent);
    tell(after, healer::ActionIntended{
                    incident, id, "restart", "container_restart", 0, {"container", "bot"}, "restart bot"});
    move(after, incident, kIntent, kRunning);
    tell(after + 2s,
         healer::ActionFinished{incident, id, healer::ActionFinished::Outcome::kSuccess, "restarted"});
    move(after + 2s, incident, kRunning, kVerifying);
    move(after + 8s, incident, kVerifying, kProbation, "in a scrape");
    move(after + 12s, incident, kProbation, kHealed, "in another");
  }
  healer::reports::IncidentFacts facts(std::uint64_t number) const {
    healer::reports::IncidentReader reader(number);
    for (const healer::Entry& entry : entries) reader.take(entry);
    return std::move(reader).finish().value();
  }

  std::vector<healer::Entry> entries;
};

// A Prometheus that answers by the beginning of the query, and otherwise that there is nothing.
class KnownSamples {
 public:
  KnownSamples() : server_({}, clock_) {
    server_.handle("GET", "/api/v1/query", [this](const base::http::Request& request) {
      const std::string query = request.parameter("query").value_or("");
      std::string found;
      for (const auto& [beginning, series] : answers) {
        if (query.starts_with(beginning)) found = series;
      }
      return base::http::json(
          200, R"({"status":"success","data":{"resultType":"matrix","result":[)" + found + "]}}");
    });
    if (const auto listening = server_.listen("127.0.0.1:0"); !listening)
      throw std::runtime_error(listening.error().message);
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_.port()); }

  // Samples, so many seconds after the alert's start.
  static std::string series(const std::string& labels,
                            const std::vector<std::pair<int, std::string>>& values) {
    std::string text;
    for (const auto& [after, value] : values) {
      text += fmt::format("{}[{:.3f},\"{}\"]", text.empty() ? "" : ",",
                          base::unix_seconds(kBegan + std::chrono::seconds(after)), value);
    }
    return "{\"metric\":{" + labels + "},\"values\":[" + text + "]}";
  }

  std::map<std::string, std::string> answers;  // not changed while something asks

 private:
  base::SystemClock clock_;
  base::http::Server server_;
};

inline std::string log_event(int after, const std::string& source, const std::string& level,
                             const std::string& pattern, const std::string& text) {
  return fmt::format(R"({{"time":"{}","source":"{}","level":"{}","pattern":"{}","lines":1,"text":"{}"}})",
                     base::rfc3339(kBegan + std::chrono::seconds(after)), source, level, pattern, text);
}

inline base::http::Response as_data(const std::string& list) {
  return base::http::json(200, R"({"status":"success","data":[)" + list + "]}");
}

inline const std::vector<ScriptedServer::Route> kExporter{{"GET", "/api/v1/log-events"},
                                                          {"GET", "/api/v1/log-patterns"}};

}  // namespace tests
