// TLS of the server: what one web configuration makes of it, and one connection's transport.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/http_connection.h"
#include "base/tls.h"
#include "base/web_config.h"
#include "base/yaml.h"

namespace base::http {

// Reads the files that `config` names. What is wrong is noted at the keys of `node`, the configuration's
// tls_server_config; what is returned may be used only when nothing was. Blocks for the files.
tls::Context make_server_context(const TlsServerConfig& config, const yaml::Node& node);

// TLS on a non-blocking socket. The handshake is part of the first bytes' arrival, so it is bounded by their
// deadline.
class TlsTransport final : public Transport {
 public:
  // `socket` outlives it. `on_refused` is told once why a handshake failed, but for peers that just left.
  TlsTransport(SSL_CTX* context, int socket, std::function<void(std::string_view)> on_refused);

  // `to` has room for a whole record, 16 KiB: what is left is then always still in the socket.
  Result receive(std::span<char> to) override;
  Result send(std::string_view from) override;
  void finish() override;
  bool receive_waits_to_send() const override { return receive_waits_to_send_; }
  bool send_waits_to_receive() const override { return send_waits_to_receive_; }

 private:
  Result failed(int error);

  tls::Session session_;
  int socket_;
  std::function<void(std::string_view)> on_refused_;
  bool receive_waits_to_send_ = false;
  bool send_waits_to_receive_ = false;
  bool broken_ = false;
};

}  // namespace base::http
