#include "base/docker/docker.h"

#include <nlohmann/json.hpp>

#include "base/docker/permit.h"
#include "base/http/url.h"
#include "base/text/duration.h"
#include "base/text/json.h"
#include "base/text/utf8.h"

namespace base::docker {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxEvent = 1024 * 1024;

// Fields as the engine documents them; one that is missing or of another type counts as empty.
const Json& field(const Json& object, const char* key) {
  static const Json kNone;
  if (!object.is_object()) return kNone;
  const auto found = object.find(key);
  return found == object.end() ? kNone : *found;
}
std::string text(const Json& object, const char* key) {
  const Json& value = field(object, key);
  return value.is_string() ? value.get<std::string>() : std::string();
}
template <class Number = std::int64_t>
Number number(const Json& object, const char* key) {
  const Json& value = field(object, key);
  return value.is_number() ? value.get<Number>() : Number{};
}
bool truth(const Json& object, const char* key) {
  const Json& value = field(object, key);
  return value.is_boolean() && value.get<bool>();
}

std::string_view without_slash(std::string_view name) {
  if (name.starts_with('/')) name.remove_prefix(1);
  return name;
}

// The engine's zero time stands for "never".
std::optional<WallTime> time_of(const Json& object, const char* key) {
  const std::string value = text(object, key);
  if (value.empty() || value.starts_with("0001-")) return std::nullopt;
  const auto parsed = parse_rfc3339(value);
  return parsed ? std::optional(*parsed) : std::nullopt;
}

// A linked container has further names, which hold a second slash.
std::string own_name(const Json& names) {
  std::string name;
  if (!names.is_array()) return name;
  for (const Json& entry : names) {
    if (!entry.is_string()) continue;
    const auto candidate = entry.get<std::string>();
    if (name.empty() || candidate.find('/', 1) == std::string::npos) name = without_slash(candidate);
  }
  return name;
}

std::vector<std::string> names_of(const Json& list, std::string_view none) {
  std::vector<std::string> names;
  if (!list.is_array()) return names;
  for (const Json& entry : list) {
    if (entry.is_string() && entry != none) names.push_back(entry.get<std::string>());
  }
  return names;
}

std::vector<std::string> environment_names(const Json& assignments) {
  std::vector<std::string> names;
  if (!assignments.is_array()) return names;
  for (const Json& entry : assignments) {
    if (!entry.is_string()) continue;
    const auto& assignment = entry.get_ref<const std::string&>();
    names.push_back(assignment.substr(0, assignment.find('=')));
  }
  return names;
}

std::optional<Duration> seconds_of(const Json& object, const char* key) {
  const Json& value = field(object, key);
  if (!value.is_number_integer()) return std::nullopt;
  // A timeout that does not fit into a Duration counts as unlimited.
  constexpr std::int64_t kMost = 100LL * 365 * 24 * 3600;
  const auto seconds = value.get<std::int64_t>();
  return std::chrono::seconds(seconds > kMost ? -1 : seconds);
}

// Recognised by the labels that each orchestrator sets.
std::string orchestrator(const Json& labels) {
  if (!text(labels, "com.docker.swarm.task.id").empty()) return "Docker Swarm";
  if (!text(labels, "io.kubernetes.pod.uid").empty()) return "Kubernetes";
  return "";
}

Container read_container(const Json& document) {
  const Json& state = field(document, "State");
  const Json& config = field(document, "Config");
  const Json& host_config = field(document, "HostConfig");
  Container container;
  container.id = text(document, "Id");
  container.name = without_slash(text(document, "Name"));
  container.image = text(config, "Image");
  container.image_id = text(document, "Image");
  container.state = text(state, "Status");
  container.running = container.state == "running";
  container.health = text(field(state, "Health"), "Status");
  if (container.health.empty()) container.health = "none";
  container.exit_code = number<int>(state, "ExitCode");
  container.oom_killed = truth(state, "OOMKilled");
  container.restart_count = number(document, "RestartCount");
  container.pid = number(state, "Pid");
  container.started = time_of(state, "StartedAt");
  container.finished = time_of(state, "FinishedAt");
  container.memory_limit = number(host_config, "Memory");
  container.tty = truth(config, "Tty");
  container.cgroup_parent = text(host_config, "CgroupParent");
  container.log_driver = text(field(host_config, "LogConfig"), "Type");
  container.environment_names = environment_names(field(config, "Env"));
  container.auto_remove = truth(host_config, "AutoRemove");
  container.stop_timeout = seconds_of(config, "StopTimeout");
  container.stop_signal = text(config, "StopSignal");
  container.network_mode = text(host_config, "NetworkMode");
  container.managed_by = orchestrator(field(config, "Labels"));
  return container;
}

std::optional<Stats> read_stats(const Json& document) {
  // For a stopped container the engine returns zeros.
  if (!time_of(document, "read")) return std::nullopt;
  const Json& memory = field(document, "memory_stats");
  const Json& details = field(memory, "stats");
  Stats stats;
  stats.cpu_ns = number<std::uint64_t>(field(field(document, "cpu_stats"), "cpu_usage"), "total_usage");
  stats.memory_usage = number<std::uint64_t>(memory, "usage");
  stats.memory_limit = number<std::uint64_t>(memory, "limit");
  // cgroup v1 reports both; total_… includes the child cgroups.
  const char* inactive = details.contains("total_inactive_file") ? "total_inactive_file" : "inactive_file";
  stats.memory_inactive_file = number<std::uint64_t>(details, inactive);
  return stats;
}

Event read_event(const Json& document) {
  const Json& actor = field(document, "Actor");
  Event event;
  event.time = WallTime(std::chrono::nanoseconds(number(document, "timeNano")));
  event.action = text(document, "Action");
  event.id = text(actor, "ID");
  const Json& attributes = field(actor, "Attributes");
  if (attributes.is_object()) {
    for (const auto& [key, value] : attributes.items()) {
      if (value.is_string()) event.attributes.emplace(key, value.get<std::string>());
    }
  }
  if (const auto name = event.attributes.find("name"); name != event.attributes.end())
    event.name = name->second;
  return event;
}

// The engine's error message: {"message": "…"}.
std::string message_of(const http::Response& response) {
  if (const auto document = parse_json(response.body)) {
    if (const std::string message = text(*document, "message"); !message.empty()) return message;
  }
  return response.body.empty() ? "no message" : response.body.substr(0, 200);
}

std::string container_path(const std::string& id, std::string_view what) {
  return fmt::format("/containers/{}{}", percent_encode(without_slash(id)), what);
}

// The engine takes whole seconds.
std::int64_t whole_seconds(Duration duration) {
  return std::chrono::ceil<std::chrono::seconds>(duration).count();
}

bool succeeded(const http::Response& response) { return response.status >= 200 && response.status < 300; }

std::unexpected<Error> refused(const std::string& host, const std::string& method, const std::string& path,
                               const http::Response& response) {
  return fail("docker {}: {} {}: {}: {}", host, method, path.substr(0, path.find('?')), response.status,
              message_of(response));
}

}  // namespace

Engine::Engine(std::string host) : client_(host), host_(std::move(host)) {}

Result<http::Response> Engine::ask(const std::string& method, const std::string& path, std::string_view body,
                                   Deadline deadline) const {
  auto response = client_.send(method, path, body, body.empty() ? "" : "application/json", deadline);
  if (!response) return wrap(response.error(), "docker");
  return response;
}

Result<> Engine::command(const std::string& method, const std::string& path, Deadline deadline,
                         std::string_view body) const {
  const auto response = ask(method, path, body, deadline);
  if (!response) return std::unexpected(response.error());
  // 304: the container already is in the wanted state.
  if (succeeded(*response) || response->status == 304) return {};
  return refused(host_, method, path, *response);
}

Result<std::optional<Json>> Engine::look_up(const std::string& path, Deadline deadline) const {
  const auto response = ask("GET", path, "", deadline);
  if (!response) return std::unexpected(response.error());
  if (response->status == 404) return std::optional<Json>();
  if (!succeeded(*response)) return refused(host_, "GET", path, *response);
  // A single name that is not UTF-8 must not make the whole list unreadable.
  auto document = parse_json(is_utf8(response->body) ? response->body : repair_utf8(response->body));
  if (!document) return wrap(document.error(), "docker {}: GET {}", host_, path.substr(0, path.find('?')));
  return std::optional<Json>(std::move(*document));
}

Result<> Engine::ping(Deadline deadline) const { return command("GET", "/_ping", deadline); }

Result<std::vector<Summary>> Engine::list(Deadline deadline) const {
  const auto document = look_up("/containers/json?all=1", deadline);
  if (!document) return std::unexpected(document.error());
  if (!*document || !(*document)->is_array()) {
    return fail("docker {}: GET /containers/json: the response is not a list", host_);
  }
  std::vector<Summary> summaries;
  for (const Json& entry : **document) {
    summaries.push_back({.id = text(entry, "Id"),
                         .name = own_name(field(entry, "Names")),
                         .image = text(entry, "Image"),
                         .state = text(entry, "State"),
                         .created = WallTime(std::chrono::seconds(number(entry, "Created"))),
                         .network_mode = text(field(entry, "HostConfig"), "NetworkMode")});
  }
  return summaries;
}

Result<std::optional<Container>> Engine::inspect(const std::string& id, Deadline deadline) const {
  const auto document = look_up(container_path(id, "/json"), deadline);
  if (!document) return std::unexpected(document.error());
  if (!*document) return std::optional<Container>();
  return std::optional<Container>(read_container(**document));
}

Result<std::optional<Json>> Engine::inspect_document(const std::string& id, Deadline deadline) const {
  return look_up(container_path(id, "/json"), deadline);
}

Result<std::optional<Json>> Engine::image_document(const std::string& image, Deadline deadline) const {
  return look_up(fmt::format("/images/{}/json", percent_encode(image)), deadline);
}

Result<std::vector<Image>> Engine::images(Deadline deadline) const {
  const auto document = look_up("/images/json", deadline);
  if (!document) return std::unexpected(document.error());
  if (!*document || !(*document)->is_array()) {
    return fail("docker {}: GET /images/json: the response is not a list", host_);
  }
  std::vector<Image> images;
  for (const Json& entry : **document) {
    images.push_back({.id = text(entry, "Id"),
                      .tags = names_of(field(entry, "RepoTags"), "<none>:<none>"),
                      .digests = names_of(field(entry, "RepoDigests"), "<none>@<none>"),
                      .created = WallTime(std::chrono::seconds(number(entry, "Created")))});
  }
  return images;
}

Result<std::optional<Stats>> Engine::stats(const std::string& id, Deadline deadline) const {
  const auto document = look_up(container_path(id, "/stats?stream=false&one-shot=true"), deadline);
  if (!document) return std::unexpected(document.error());
  if (!*document) return std::optional<Stats>();
  return read_stats(**document);
}

Result<> Engine::events(const std::function<void()>& connected,
                        const std::function<void(const Event&)>& on_event, std::stop_token stop,
                        const Clock& clock) const {
  const std::string path = "/events?filters=" + percent_encode(R"({"type":["container"]})");
  std::string pending;
  Result<> outcome;
  // One JSON document a line; the transport may split lines anywhere.
  const auto on_chunk = [&](std::string_view chunk) {
    pending += chunk;
    std::size_t begin = 0;
    for (auto end = pending.find('\n'); end != std::string::npos; end = pending.find('\n', begin)) {
      const std::string_view line = std::string_view(pending).substr(begin, end - begin);
      begin = end + 1;
      if (line.find_first_not_of(" \r") == std::string_view::npos) continue;
      const auto document = parse_json(line);
      if (!document) {
        outcome = wrap(document.error(), "docker {}: GET /events", host_);
        return false;
      }
      on_event(read_event(*document));
    }
    pending.erase(0, begin);
    if (pending.size() > kMaxEvent) {
      outcome = fail("docker {}: GET /events: an event larger than {} bytes", host_, kMaxEvent);
      return false;
    }
    return true;
  };
  const auto streamed = client_.stream(path, connected, on_chunk, stop, clock);
  if (!streamed) return wrap(streamed.error(), "docker");
  return outcome;
}

Result<http::Stream> Engine::logs(const std::string& id, const LogOptions& options, Deadline deadline) const {
  const auto url = parse_base_url(host_);
  if (!url) return wrap(url.error(), "docker");
  std::string path = container_path(id, "/logs?stdout=1&stderr=1&timestamps=1");
  if (options.follow) path += "&follow=1";
  if (!options.since.empty()) path += "&since=" + percent_encode(options.since);
  if (!options.tail.empty()) path += "&tail=" + percent_encode(options.tail);
  auto stream = http::Stream::open(*url, path, deadline);
  if (!stream) return wrap(stream.error(), "docker");
  return stream;
}

Result<> Engine::start(const std::string& id, Deadline deadline) const {
  return command("POST", container_path(id, "/start"), deadline);
}

Result<> Engine::stop(const Permit& permit, Deadline deadline) const { return end("stop", permit, deadline); }

Result<> Engine::restart(const Permit& permit, Deadline deadline) const {
  return end("restart", permit, deadline);
}

Result<> Engine::end(const std::string& verb, const Permit& permit, Deadline deadline) const {
  if (deadline.remaining() < permit.grace()) {
    return fail("container {} is left alone: the remaining time is shorter than its stop timeout of {}",
                permit.name(), format_duration(permit.grace()));
  }
  // Without `t` the engine uses the container's own stop timeout.
  const std::string time =
      permit.longer() ? fmt::format("?t={}", whole_seconds(*permit.longer())) : std::string();
  return command("POST", container_path(permit.id(), fmt::format("/{}{}", verb, time)), deadline);
}

Result<> Engine::kill(const Permit& permit, const std::string& signal, Deadline deadline) const {
  return command("POST", container_path(permit.id(), "/kill?signal=" + percent_encode(signal)), deadline);
}

Result<std::string> Engine::create(const std::string& name, const std::string& config,
                                   Deadline deadline) const {
  const std::string path = "/containers/create?name=" + percent_encode(name);
  const auto response = ask("POST", path, config, deadline);
  if (!response) return std::unexpected(response.error());
  if (!succeeded(*response)) return refused(host_, "POST", path, *response);
  const auto document = parse_json(response->body);
  if (!document) return wrap(document.error(), "docker {}: POST /containers/create", host_);
  return text(*document, "Id");
}

Result<> Engine::remove(const std::string& id, Deadline deadline) const {
  const std::string path = container_path(id, "");
  const auto response = ask("DELETE", path, "", deadline);
  if (!response) return std::unexpected(response.error());
  if (succeeded(*response) || response->status == 404) return {};
  return refused(host_, "DELETE", path, *response);
}

Result<> Engine::rename(const std::string& id, const std::string& name, Deadline deadline) const {
  return command("POST", container_path(id, "/rename?name=" + percent_encode(name)), deadline);
}

Result<bool> Engine::has_volume(const std::string& name, Deadline deadline) const {
  const auto document = look_up("/volumes/" + percent_encode(name), deadline);
  if (!document) return std::unexpected(document.error());
  return document->has_value();
}

Result<> Engine::remove_volume(const std::string& name, Deadline deadline) const {
  const std::string path = "/volumes/" + percent_encode(name);
  const auto response = ask("DELETE", path, "", deadline);
  if (!response) return std::unexpected(response.error());
  if (succeeded(*response) || response->status == 404) return {};
  return refused(host_, "DELETE", path, *response);
}

Result<> Engine::connect(const std::string& network, const std::string& config, Deadline deadline) const {
  return command("POST", fmt::format("/networks/{}/connect", percent_encode(network)), deadline, config);
}

}  // namespace base::docker
