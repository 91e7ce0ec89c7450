#include "exporter/probes/postgres.h"

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/os/socket.h"
#include "base/text/utf8.h"
#include "exporter/probes/config.h"
#include "exporter/probes/secret.h"

namespace exporter::probes {
namespace {

constexpr std::size_t kMaxText = 200;

struct Options {
  std::string host;  // or the folder with the socket
  int port = 5432;
  std::string database;
  std::string username;
  std::string password_file;
  std::string sslmode;
  std::string ca_file;
};

struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
using Handle = std::unique_ptr<PGconn, Finish>;

Failure timed_out() { return {Reason::kTimeout, "timed out"}; }

// "FATAL:  28P01: password authentication failed": five of [0-9A-Z] between ":  " and a colon.
std::string_view sqlstate(std::string_view text) {
  const auto fits = [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); };
  for (auto at = text.find(":  "); at != text.npos; at = text.find(":  ", at + 1)) {
    const auto code = text.substr(at + 3, 5);
    if (code.size() == 5 && std::ranges::all_of(code, fits) && text.substr(at + 8, 1) == ":") return code;
  }
  return {};
}

// The first line, without the source location of the server that a verbose text ends with.
std::string first_line(std::string_view text) {
  return base::excerpt(text.substr(0, text.find('\n')), kMaxText);
}

class PostgresProber final : public Prober {
 public:
  explicit PostgresProber(Options options) : options_(std::move(options)) {}

  ProbeResult probe(base::Deadline deadline, const std::stop_token& stop) override {
    ProbeResult answer;
    const auto password = load_secret(options_.password_file);
    if (!password) {
      answer.failure = password.error();
      return answer;
    }
    base::WaitLimit patience(deadline, stop);
    const Handle connection = start(*password);
    answer.failure = connect(connection.get(), patience);
    if (answer.success()) answer.failure = select(connection.get(), patience);
    answer.failure.text = redact(std::move(answer.failure.text), *password);
    return answer;
  }

 private:
  Handle start(const std::string& password) const {
    const std::string port = std::to_string(options_.port);
    std::vector<std::pair<const char*, const char*>> settings{
        {"host", options_.host.c_str()},       {"port", port.c_str()},
        {"dbname", options_.database.c_str()}, {"user", options_.username.c_str()},
        {"sslmode", options_.sslmode.c_str()}, {"application_name", "salus"},
        {"passfile", "/dev/null/none"},        {"gssencmode", "disable"},
        {"target_session_attrs", "any"},       {"options", ""},
        {"client_encoding", "UTF8"},
    };
    if (!password.empty()) settings.emplace_back("password", password.c_str());
    if (!options_.ca_file.empty()) settings.emplace_back("sslrootcert", options_.ca_file.c_str());
    std::vector<const char*> keys;
    std::vector<const char*> values;
    for (const auto& [key, value] : settings) {
      keys.push_back(key);
      values.push_back(value);
    }
    keys.push_back(nullptr);
    values.push_back(nullptr);
    return Handle(PQconnectStartParams(keys.data(), values.data(), 0));
  }

  static Failure connect(PGconn* connection, base::WaitLimit& patience) {
    if (connection == nullptr) return {Reason::kConnect, "failed to initialize libpq"};
    PQsetErrorVerbosity(connection, PQERRORS_VERBOSE);
    // Otherwise libpq prints the server's notices to stderr, into the exporter's log.
    PQsetNoticeReceiver(connection, [](void*, const PGresult*) {}, nullptr);
    PostgresPollingStatusType next = PGRES_POLLING_WRITING;
    while (PQstatus(connection) != CONNECTION_BAD && next != PGRES_POLLING_OK &&
           next != PGRES_POLLING_FAILED) {
      if (!ready(connection, next == PGRES_POLLING_READING ? POLLIN : POLLOUT, patience)) return timed_out();
      next = PQconnectPoll(connection);
    }
    if (PQstatus(connection) == CONNECTION_OK) return {};
    const std::string text = PQerrorMessage(connection);
    return {reason_of_connection(text), first_line(text)};
  }

  static Failure select(PGconn* connection, base::WaitLimit& patience) {
    const auto lost = [&] { return Failure{Reason::kProtocol, first_line(PQerrorMessage(connection))}; };
    if (PQsetnonblocking(connection, 1) != 0 || PQsendQuery(connection, "SELECT 1") == 0) return lost();
    for (int left = 1; left != 0;) {
      left = PQflush(connection);
      if (left < 0) return lost();
      if (left > 0 && !ready(connection, POLLOUT, patience)) return timed_out();
    }
    while (PQisBusy(connection) != 0) {
      if (!ready(connection, POLLIN, patience)) return timed_out();
      if (PQconsumeInput(connection) == 0) return lost();
    }
    const std::unique_ptr<PGresult, void (*)(PGresult*)> result(PQgetResult(connection), PQclear);
    if (PQresultStatus(result.get()) != PGRES_TUPLES_OK)
      return {Reason::kRejected, first_line(PQresultErrorMessage(result.get()))};
    if (PQntuples(result.get()) != 1 || PQnfields(result.get()) != 1 ||
        std::string_view(PQgetvalue(result.get(), 0, 0)) != "1") {
      return {Reason::kRejected, "SELECT 1 did not return 1"};
    }
    return {};
  }

  static bool ready(PGconn* connection, short events, base::WaitLimit& patience) {
    return patience.wait(PQsocket(connection), events) == base::WaitLimit::Outcome::kReady;
  }

  Options options_;
};

}  // namespace

Reason reason_of_connection(std::string_view text) {
  const auto says = [&](std::string_view part) { return text.find(part) != text.npos; };
  if (const auto code = sqlstate(text); !code.empty())
    return code.starts_with("28") ? Reason::kAuth : Reason::kRejected;
  // libpq's texts. It does not translate them for a program that sets no locale.
  if (says("could not translate host name")) return Reason::kResolve;
  if (says("Connection refused")) return Reason::kConnectRefused;
  if (says("no password supplied")) return Reason::kAuth;
  if (says("SSL") || says("certificate")) return Reason::kTls;
  if (says("connection to server") && (says("No such file") || says("unreachable") || says("No route")))
    return Reason::kConnect;
  return says("timed out") ? Reason::kTimeout : Reason::kProtocol;
}

MakeProber read_postgres(const base::yaml::Node& node) {
  only(node, {"address", "database", "username", "password_file", "sslmode", "ca_file"});
  Options options;
  const auto address = read_address(node.required("address"));
  options.host = address.unix_path.empty() ? address.host : address.unix_path;
  if (address.unix_path.empty()) options.port = address.port;
  options.database = node.required("database").non_empty_string();
  options.username = node.required("username").non_empty_string();
  options.password_file = read_secret_path(node.optional("password_file"));
  options.sslmode = node.optional("sslmode").one_of(
      {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}, "prefer");
  options.ca_file = read_secret_path(node.optional("ca_file"));
  return [options = std::move(options)] { return std::make_unique<PostgresProber>(options); };
}

}  // namespace exporter::probes
