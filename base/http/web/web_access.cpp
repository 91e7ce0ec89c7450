#include "base/http/web/web_access.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/crypto/tls_server.h"
#include "base/http/server/loop.h"
#include "base/http/web/web_config.h"
#include "base/log.h"

namespace base::http {
namespace {

constexpr Duration kLogEvery = std::chrono::seconds(10);

// A fingerprint that changes when the file changes.
std::string look_of(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return "absent\n";
  return fmt::format("{} {} {} {}.{}\n", status.st_dev, status.st_ino, status.st_size, status.st_mtim.tv_sec,
                     status.st_mtim.tv_nsec);
}

std::string looks_of(const std::vector<std::string>& files) {
  std::string looks;
  for (const std::string& file : files) looks += look_of(file);
  return looks;
}

bool demands_certificate(const WebConfig& config) {
  return config.tls && (config.tls->client_auth == ClientAuth::kRequireAny ||
                        config.tls->client_auth == ClientAuth::kRequireAndVerify);
}

// The key of a change that requires a restart, and its effect; empty when there is none. A file that is read
// while it is being written may be incomplete, which must not disable authentication.
std::pair<std::string_view, std::string_view> needs_restart(const WebConfig& next, const WebConfig& now) {
  if (next.tls.has_value() != now.tls.has_value()) return {"tls_server_config", "turning TLS on or off"};
  if (next.users.empty() && !now.users.empty()) return {"basic_auth_users", "removing the last user"};
  if (!demands_certificate(next) && demands_certificate(now))
    return {"tls_server_config.client_auth_type", "no longer requiring a client certificate"};
  return {};
}

}  // namespace

struct WebAccess::Setup {
  WebConfig config;
  tls::Context tls;
  std::vector<std::string> files;  // the configuration first
  std::string looks;               // of each, before it was read
};

std::shared_ptr<const WebAccess::Setup> WebAccess::load(const std::string& file, yaml::Problems& problems) {
  auto setup = std::make_shared<Setup>();
  setup->files = {file};
  setup->looks = look_of(file);
  const yaml::Node root = yaml::load(file, problems);
  std::error_code gone;  // ignored; set when the current directory was removed
  setup->config = read_web_config(root, std::filesystem::absolute(file, gone).parent_path().string());
  const auto& tls = setup->config.tls;
  if (!tls) return setup;
  for (const auto* named : {&tls->cert_file, &tls->key_file, &tls->client_ca_file}) {
    if (named->empty()) continue;
    setup->files.push_back(*named);
    setup->looks += look_of(*named);
  }
  setup->tls = make_server_context(*tls, root.optional("tls_server_config"));
  return setup;
}

void WebAccess::check(const std::string& file, yaml::Problems& problems) {
  if (!file.empty()) load(file, problems);
}

Result<std::unique_ptr<WebAccess>> WebAccess::open(const std::string& file, const Clock& clock) {
  if (file.empty()) return nullptr;
  yaml::Problems problems;
  auto setup = load(file, problems);
  if (!problems.empty()) return fail("{}", problems.str());
  return std::unique_ptr<WebAccess>(new WebAccess(std::move(setup), clock));
}

WebAccess::WebAccess(std::shared_ptr<const Setup> setup, const Clock& clock)
    : clock_(clock), setup_(setup), newest_(std::move(setup)), queue_(clock) {}

WebAccess::~WebAccess() = default;

void WebAccess::accept_also(std::function<bool(const Request&)> credential) {
  credential_ = std::move(credential);
}

// With the mutex held.
void WebAccess::look_again() {
  yaml::Problems problems;
  newest_ = load(newest_->files.front(), problems);
  if (problems.empty()) {
    if (const auto [key, what] = needs_restart(newest_->config, setup_->config); !key.empty()) {
      problems.add({newest_->files.front(), 0, std::string(key), fmt::format("{} requires a restart", what)});
    }
  }
  if (!problems.empty()) {
    log::error("failed to reload the web configuration, the previous one stays in use",
               {{"problems", problems.str()}});
    return;
  }
  setup_ = newest_;
  log::info("web configuration reloaded", {{"file", setup_->files.front()}});
}

std::shared_ptr<const WebAccess::Setup> WebAccess::setup() {
  const std::lock_guard lock(mutex_);
  if (looks_of(newest_->files) != newest_->looks) look_again();
  return setup_;
}

bool WebAccess::tls() const {
  const std::lock_guard lock(mutex_);
  return setup_->tls != nullptr;
}

bool WebAccess::up_to_date() const {
  const std::lock_guard lock(mutex_);
  return setup_ == newest_;
}

std::unique_ptr<Transport> WebAccess::transport(int socket) {
  const auto with = setup();
  if (!with->tls) return plain_transport(socket);
  return std::make_unique<TlsTransport>(with->tls.get(), socket,
                                        [this](std::string_view why) { log_refused_handshake(why); });
}

void WebAccess::log_refused_handshake(std::string_view why) {
  const std::lock_guard lock(mutex_);
  ++unlogged_;
  const MonoTime now = clock_.now().mono;
  if (logged_at_ && now < *logged_at_ + kLogEvery) return;
  logged_at_ = now;
  log::warn("TLS handshakes failed", {{"count", std::exchange(unlogged_, 0)}, {"last", why}});
}

// A token bucket: one token each interval, at most `burst` tokens. With the mutex held.
void WebAccess::fill_bucket(const WebConfig& config) {
  const MonoTime now = clock_.now().mono;
  const double gained = filled_at_ ? std::chrono::duration<double>(now - *filled_at_) /
                                         std::chrono::duration<double>(config.rate_interval)
                                   : config.rate_burst;
  filled_at_ = now;
  tokens_ = std::min<double>(config.rate_burst, tokens_ + gained);
}

bool WebAccess::within_rate(const Setup& setup) {
  if (setup.config.rate_interval <= Duration::zero()) return true;
  const std::lock_guard lock(mutex_);
  fill_bucket(setup.config);
  if (tokens_ < 1) return false;
  tokens_ -= 1;
  return true;
}

bool WebAccess::rate_exhausted(const Setup& setup) {
  if (setup.config.rate_interval <= Duration::zero()) return false;
  const std::lock_guard lock(mutex_);
  fill_bucket(setup.config);
  return tokens_ < 1;
}

bool WebAccess::admit(const Headers& headers, const std::string& peer, std::function<void()> resume) {
  const auto with = setup();
  if (with->config.users.empty()) return true;
  const auto authorization = headers.find("Authorization");
  if (authorization == headers.end()) return true;
  const auto given = parse_basic(authorization->second);
  if (!given || users_.known(with->config.users, given->first, given->second) || rate_exhausted(*with))
    return true;
  queue_.add(
      peer,
      [this, with, name = given->first, password = given->second] {
        return users_.check(with->config.users, name, password);
      },
      std::move(resume));
  return false;
}

std::optional<Response> WebAccess::refuse(const Request& request) {
  const auto with = setup();
  if (!within_rate(*with)) return json_error(429, "too many requests");
  if (with->config.users.empty() || (credential_ && credential_(request))) return std::nullopt;
  return refuse_user(*with, request);
}

std::optional<Response> WebAccess::refuse_user(const Setup& setup, const Request& request) {
  if (const auto given = parse_basic(request.header("Authorization").value_or(""))) {
    const auto right = users_.known(setup.config.users, given->first, given->second);
    if (right == true) return std::nullopt;
    if (!right) {
      auto busy = json_error(503, "too many passwords are being checked");
      busy.headers.emplace("Retry-After", "1");
      return busy;
    }
  }
  auto response = json_error(401, "a user and a password are required");
  response.headers.emplace("WWW-Authenticate", "Basic");
  return response;
}

void WebAccess::add_headers(Response& response) {
  for (const auto& [name, value] : setup()->config.headers) {
    response.headers.erase(name);
    response.headers.emplace(name, value);
  }
}

}  // namespace base::http
