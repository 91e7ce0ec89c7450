// The connections of a server, the memory they use together, and which one is closed to make room.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include "base/http/http.h"
#include "base/http/server/connection.h"
#include "base/http/server/eviction.h"
#include "base/os/clock.h"
#include "base/os/descriptor.h"

namespace base::http {

struct ConnectedClient {
  ConnectedClient(Descriptor accepted, std::unique_ptr<Transport> transport, const Limits& limits,
                  MonoTime now, bool gated)
      : socket(std::move(accepted)), connection(std::move(transport), limits, now, gated) {}
  Descriptor socket;
  Connection connection;
  std::string peer;  // its address
  std::uint32_t watched = 0;
  bool asked = false;                  // whether the gate was asked about its head
  std::shared_ptr<BodyStream> stream;  // of the response being sent
  std::size_t stream_left = 0;
  bool fetching = false;  // the stream's next piece is being read

 private:
  friend class ConnectedClients;
  std::size_t charged = 0;         // its share of ConnectedClients::buffered()
  std::size_t* of_peer = nullptr;  // connections from its address, including this one
};

// One thread at a time. Iterators stay valid until their client is removed.
class ConnectedClients {
 public:
  using Map = std::unordered_map<std::uint64_t, ConnectedClient>;
  using Iterator = Map::iterator;

  Iterator add(std::uint64_t key, ConnectedClient client, std::string peer);
  void remove(Iterator client);
  Iterator find(std::uint64_t key) { return clients_.find(key); }
  Iterator begin() { return clients_.begin(); }
  Iterator end() { return clients_.end(); }
  Map::const_iterator begin() const { return clients_.begin(); }
  Map::const_iterator end() const { return clients_.end(); }
  std::size_t size() const { return clients_.size(); }
  bool empty() const { return clients_.empty(); }

  // Updates the bytes charged to the client.
  void charge(Iterator client);
  // Sum of the charged bytes of all connections.
  std::size_t buffered() const { return buffered_; }
  // Number of bodies being streamed.
  void begin_stream(Iterator client, std::shared_ptr<BodyStream> stream);
  void end_stream(Iterator client);
  std::size_t streams() const { return streams_; }

  // The first connection to close to make room; end() when none may be closed.
  Iterator first_to_go(const std::function<bool(const ConnectedClient&)>& may_go);

 private:
  Map clients_;
  std::unordered_map<std::string, std::size_t> of_peer_;  // connections from each address
  std::size_t buffered_ = 0;
  std::size_t streams_ = 0;
};

}  // namespace base::http
