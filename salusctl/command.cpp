#include "salusctl/command.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/http/client.h"
#include "base/http/url.h"
#include "base/os/file.h"
#include "base/text/json.h"
#include "base/text/utf8.h"
#include "salusctl/render.h"

namespace healer::salusctl {
namespace {

using nlohmann::json;

constexpr int kRefused = 1;
constexpr int kUsage = 2;
constexpr int kUnreachable = 3;

// Why a command ends early.
struct Failure {
  int code;
  std::string message;
  bool unknown = false;  // status 401: the healer requires credentials
};

class Session {
 public:
  Session(const Command& command, const base::Clock& clock) : command_(command), clock_(clock) {}

  // A healer may require a password for reading; the token is accepted instead. If the token file cannot be
  // read, the request is sent without it, because a healer without a password answers it.
  std::expected<json, Failure> get(const std::string& path) const {
    const auto headers = authorization();
    auto answer = ask("GET", path, "", headers.value_or(base::http::Headers{}));
    if (!headers && !answer && answer.error().unknown) return std::unexpected(headers.error());
    return answer;
  }

  // A request that changes something; it carries the token.
  std::expected<json, Failure> change(const std::string& method, const std::string& path,
                                      const json& body) const {
    if (command_.token_file.empty()) {
      return std::unexpected(
          Failure{kUsage, "the healer's token is required: set --token-file or SALUS_TOKEN_FILE"});
    }
    auto headers = authorization();
    if (!headers) return std::unexpected(headers.error());
    if (!command_.operator_name.empty()) headers->emplace("X-Salus-Operator", command_.operator_name);
    return ask(method, path, body.dump(-1, ' ', false, json::error_handler_t::replace), std::move(*headers));
  }

 private:
  std::expected<base::http::Headers, Failure> authorization() const {
    if (command_.token_file.empty()) return {};
    const auto token = base::read_secret(command_.token_file);
    if (!token) return std::unexpected(Failure{kUsage, token.error().message});
    return base::http::Headers{{"Authorization", "Bearer " + *token}};
  }

  std::expected<json, Failure> ask(const std::string& method, const std::string& path,
                                   const std::string& body, base::http::Headers headers) const {
    base::http::ClientOptions options;
    options.headers = std::move(headers);
    options.tls.ca_file = command_.ca_file;
    const base::http::Client client(command_.url, std::move(options));
    const auto answer = client.send(method, path, body, "application/json",
                                    base::Deadline::after(clock_, std::chrono::seconds(10)));
    if (!answer) {
      return std::unexpected(
          Failure{kUnreachable, fmt::format("{}\nIs the healer running there? Set its address with "
                                            "--url or SALUS_URL.",
                                            answer.error().message)});
    }
    const auto document = base::parse_json(answer->body);
    if (answer->status == 401) {
      return std::unexpected(Failure{kRefused,
                                     command_.token_file.empty()
                                         ? "the healer requires a token: set --token-file or SALUS_TOKEN_FILE"
                                         : "the healer rejected this token",
                                     true});
    }
    if (!document || !document->is_object()) {
      return std::unexpected(
          Failure{kUnreachable, fmt::format("{} answered with status {} and without the healer's JSON: is it "
                                            "salus-healer?",
                                            command_.url, answer->status)});
    }
    if (answer->status != 200) {
      const std::string error = document->value("error", fmt::format("status {}", answer->status));
      return std::unexpected(Failure{kRefused, base::excerpt(error, 500)});
    }
    const bool wrapped = document->contains("status") && document->contains("data");
    return wrapped ? (*document)["data"] : *document;
  }

  const Command& command_;
  const base::Clock& clock_;
};

// The fields that were given.
json body_of(const Command& command) {
  json body = json::object();
  if (!command.target.empty()) body["target"] = command.target;
  if (!command.reason.empty()) body["reason"] = command.reason;
  if (!command.length.empty()) body["for"] = command.length;
  if (!command.lease.empty()) body["lease"] = command.lease;
  if (!command.cause.empty()) body["cause"] = command.cause;
  if (!command.policy.empty()) body["policy"] = command.policy;
  return body;
}

Output fail(const Failure& failure) { return {failure.code, "", "salusctl: " + failure.message + "\n"}; }

Output show(const std::expected<json, Failure>& document, bool as_json, std::string (*render)(const json&)) {
  if (!document) return fail(document.error());
  return {0, as_json ? document->dump(2) + "\n" : render(*document), ""};
}

Output done(const std::expected<json, Failure>& answer, bool as_json, const std::string& what) {
  if (!answer) return fail(answer.error());
  return {0, as_json ? "{}\n" : what + "\n", ""};
}

Output status(const Session& healer, bool as_json) {
  const auto policy = healer.get("/policy");
  if (!policy) return fail(policy.error());
  const auto pause = healer.get("/api/v1/pause");
  if (!pause) return fail(pause.error());
  const auto incidents = healer.get("/api/v1/incidents?state=open");
  if (!incidents) return fail(incidents.error());
  const json health = healer.get("/health/system").value_or(json());
  const json chain = healer.get("/api/v1/policy/chain").value_or(json());
  if (as_json) {
    const json all{{"policy", *policy},
                   {"chain", chain},
                   {"health", health},
                   {"pause", *pause},
                   {"incidents", *incidents}};
    return {0, all.dump(2) + "\n", ""};
  }
  return {0, render_status(*policy, chain, health, *pause, *incidents), ""};
}

// Exits with 1 if a message was not delivered.
Output test_notifiers(const Session& healer, const Command& command) {
  json body = json::object();
  if (!command.notifier.empty()) body["notifier"] = command.notifier;
  const auto results = healer.change("POST", "/api/v1/notifications/test", body);
  if (!results) return fail(results.error());
  const bool through = std::ranges::all_of(
      *results, [](const json& result) { return result.value("outcome", "") == "delivered"; });
  return {through ? 0 : kRefused, command.json ? results->dump(2) + "\n" : render_notifier_test(*results),
          ""};
}

// Polls until the incident has ended. Waits for a healer that is being restarted.
std::expected<json, Failure> follow(const Session& healer, const Command& command, json incident) {
  constexpr int kMisses = 60;
  const std::string path = "/api/v1/incidents/" + base::percent_encode(incident.value("id", ""));
  std::size_t shown = 0;
  std::size_t progress_shown = 0;
  int missed = 0;
  while (true) {
    const json progress = incident.value("progress", json::array());
    const json timeline = incident.value("timeline", json::array());
    for (; progress_shown < progress.size(); ++progress_shown) {
      if (command.show && progress[progress_shown].is_string())
        command.show(base::excerpt(progress[progress_shown].get<std::string>(), 500) + "\n");
    }
    // The action's own lines say more than those of its incident.
    for (; progress_shown == 0 && shown < timeline.size(); ++shown) {
      if (command.show) command.show(render_timeline_entry(timeline[shown]));
    }
    if (has_ended(incident)) return incident;
    std::this_thread::sleep_for(command.poll);
    auto next = healer.get(path);
    if (next) {
      incident = std::move(*next);
      missed = 0;
    } else if (next.error().code != kUnreachable || ++missed >= kMisses) {
      return next;
    }
  }
}

// `begun`: what the incident does, printed after its id when it was started.
Output start_incident(const Session& healer, const Command& command, const std::string& path,
                      const std::string& begun) {
  auto incident = healer.change("POST", path, body_of(command));
  if (incident && command.wait && incident->contains("id"))
    incident = follow(healer, command, std::move(*incident));
  if (!incident) return fail(incident.error());
  const std::string id = base::excerpt(incident->value("id", ""), 40);
  if (!command.wait || id.empty()) {
    return done(incident, command.json,
                fmt::format("{} {}; salusctl incident {} shows its progress.", id, begun, id));
  }
  const std::string state = base::excerpt(incident->value("state", ""), 40);
  // An action may succeed in what it does and find that a check failed.
  const bool passed = incident->value("passed", json()) != json(false);
  return {state == "healed" && passed ? 0 : kRefused,
          command.json ? incident->dump(2) + "\n" : fmt::format("Final state: {}.\n", state), ""};
}

Output undo_action(const Session& healer, const Command& command) {
  const auto slash = command.action.find('/');
  if (slash == std::string::npos)
    return fail(
        {kUsage, fmt::format("invalid action \"{}\": expected an id such as INC-17/2", command.action)});
  return start_incident(
      healer, command,
      fmt::format("/api/v1/actions/{}/{}/undo", base::percent_encode(command.action.substr(0, slash)),
                  base::percent_encode(command.action.substr(slash + 1))),
      "undoes " + command.action);
}

}  // namespace

Output run(const Command& command, const base::Clock& clock) {
  const Session healer(command, clock);
  const std::string incident = "/api/v1/incidents/" + base::percent_encode(command.incident);
  const std::string approval = "/api/v1/approvals/" + base::percent_encode(command.approval);
  switch (command.verb) {
    case Verb::kStatus:
      return status(healer, command.json);
    case Verb::kIncidents:
      return show(healer.get(command.all ? "/api/v1/incidents" : "/api/v1/incidents?state=open"),
                  command.json, render_incidents);
    case Verb::kIncident:
      return show(healer.get(incident), command.json, render_incident);
    case Verb::kPolicy:
      return show(healer.get("/policy"), command.json, render_policy);
    case Verb::kHoldPolicy:
      return done(healer.change("POST", "/api/v1/policy/hold", body_of(command)), command.json,
                  fmt::format("Policy is held at {} or stricter.", command.policy));
    case Verb::kReleasePolicy:
      return done(healer.change("POST", "/api/v1/policy/release", body_of(command)), command.json,
                  fmt::format("{} is released; policy loosens step by step as evidence allows.",
                              !command.lease.empty()   ? "The lease " + command.lease
                              : !command.cause.empty() ? "The cause " + command.cause
                                                       : "The hold"));
    case Verb::kPause:
      return done(healer.change("POST", "/api/v1/pause", body_of(command)), command.json,
                  fmt::format("Healing is paused for {}.", command.length));
    case Verb::kResume:
      return done(healer.change("DELETE", "/api/v1/pause", body_of(command)), command.json,
                  "Healing is resumed.");
    case Verb::kRelease:
      return done(healer.change("POST", incident + "/release", body_of(command)), command.json,
                  fmt::format("{} is released.", command.incident));
    case Verb::kTestNotifiers:
      return test_notifiers(healer, command);
    case Verb::kApprovals:
      return show(healer.get(command.all ? "/api/v1/approvals" : "/api/v1/approvals?state=pending"),
                  command.json, render_approvals);
    case Verb::kApprove:
      return done(
          healer.change("POST", approval + "/approve", body_of(command)), command.json,
          fmt::format("{} is approved: the action runs as soon as the guards allow it.", command.approval));
    case Verb::kReject:
      return done(healer.change("POST", approval + "/reject", body_of(command)), command.json,
                  fmt::format("{} is rejected: its incident waits for an operator. When the problem is "
                              "fixed: salusctl release.",
                              command.approval));
    case Verb::kRecommendations:
      return show(healer.get("/api/v1/recommendations"), command.json, render_recommendations);
    case Verb::kPlaybooks:
      return show(healer.get("/api/v1/playbooks"), command.json, render_playbooks);
    case Verb::kRun:
      return start_incident(healer, command,
                            "/api/v1/playbooks/" + base::percent_encode(command.playbook) + "/run",
                            "runs " + command.playbook);
    case Verb::kUndo:
      return undo_action(healer, command);
  }
  return {kUsage, "", "salusctl: unknown command\n"};
}

}  // namespace healer::salusctl
