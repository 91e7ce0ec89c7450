// TLS of the server: the context of one web configuration, and the transport of one connection.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/crypto/tls.h"
#include "base/http/server/connection.h"
#include "base/http/web/web_config.h"
#include "base/yaml/yaml.h"

namespace base::http {

// Reads the files that `config` names. Problems are added at the keys of `node`, the configuration's
// tls_server_config; use the result only when there are none. Blocks while it reads the files.
tls::Context make_server_context(const TlsServerConfig& config, const yaml::Node& node);

// TLS on a non-blocking socket. The handshake counts as receiving the first bytes, so their deadline limits
// it.
class TlsTransport final : public Transport {
 public:
  // `socket` outlives it. `on_refused` is called once with the reason of a failed handshake, except when the
  // peer only disconnected.
  TlsTransport(SSL_CTX* context, int socket, std::function<void(std::string_view)> on_refused);

  // `to` must have room for a whole record, 16 KiB, so that OpenSSL never keeps decrypted bytes that polling
  // would miss.
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
