#include "log_analysis/exception_name.h"

#include "tests/catch.h"

using log_analysis::begins_with_exception;
using log_analysis::Level;
using log_analysis::level_of_exception;

TEST_CASE("an exception is known by its name, its module, or the way its language prints it") {
  const std::string_view line = GENERATE(
      // Python and its libraries
      "ValueError: x", "Exception: no feed", "KeyError: 'BTCUSDT'", "StopIteration", "KeyError",
      "asyncio.exceptions.TimeoutError", "ccxt.base.errors.InsufficientFunds: binance {\"code\":-2019}",
      "ccxt.base.errors.OnMaintenance: kraken", "ccxt.errors.BadSymbol",
      "requests.exceptions.ConnectTimeout: HTTPSConnectionPool(host='x', port=443)",
      "websockets.exceptions.ConnectionClosed: code = 1006",
      "websocket._exceptions.WebSocketTimeoutException: x",
      "aiohttp.client_exceptions.ServerDisconnectedError: x", "docker.errors.NotFound: 404 Client Error",
      "telegram.error.TimedOut: Timed out", "gunicorn.errors.HaltServer: <HaltServer 'x' 3>",
      "httpx.ReadTimeout: x", "sqlalchemy.exc.IntegrityError: x", "socket.gaierror: [Errno -2] x",
      "socket.timeout: timed out", "zlib.error: x", "freqtrade.exceptions.TemporaryError: x",
      "binance.exceptions.BinanceAPIException: APIError(code=-1021): x",
      "grpc._channel._InactiveRpcError: <_InactiveRpcError", "subprocess.TimeoutExpired: Command 'x'",
      "APIError(code=-2015): Invalid API-key", "KeyError('x')", "RequestTimeout: binance GET",
      "DDoSProtection: x", "http.client.RemoteDisconnected: x",
      // Java, Kotlin, .NET, PHP
      "java.lang.NullPointerException", "java.lang.StackOverflowError", "java.io.IOException: x",
      "com.example.Lost$Error", "kotlin.UninitializedPropertyAccessException: x",
      "System.InvalidOperationException: x", "App\\Exceptions\\OrderLost: x",
      // Node
      "[ExchangeError] binance {\"code\":-1121}", "[RateLimitExceeded] bybit",
      "[UnhandledPromiseRejection: x", "TypeError [ERR_INVALID_ARG_TYPE]: x",
      // Ruby
      "/app/x.rb:12:in `connect': no feed (RuntimeError)",
      "x.rb:1:in 'Feed#read': refused (Errno::ECONNREFUSED)",
      "ActionController::RoutingError (No route matches [GET] \"/x\"):",
      // Elixir, Erlang, Perl
      "** (DBConnection.ConnectionError) tcp connect", "** (exit) exited in: x",
      "** Generic server feed terminating", "no feed at /app/feed.pl line 12.");
  INFO(line);
  CHECK(level_of_exception(line, 0) == Level::error);
}

TEST_CASE("an exhausted memory is critical") {
  CHECK(level_of_exception("MemoryError", 0) == Level::critical);
  CHECK(level_of_exception("java.lang.OutOfMemoryError: Java heap space", 0) == Level::critical);
  CHECK(level_of_exception("System.OutOfMemoryException: x", 0) == Level::critical);
}

TEST_CASE("Perl's warnings are warnings") {
  CHECK(level_of_exception("Use of uninitialized value $x in addition (+) at a.pl line 3.", 0) ==
        Level::warning);
}

TEST_CASE("names in a sentence, of classes and of loggers are no exceptions") {
  const std::string_view line = GENERATE(
      "", "lost", "ErrorHandler ready", "ErrorHandler", "com.example.exceptions.ErrorMapper: loaded", "Error",
      "Exceptions: 0", "ValueError: 0", "ValueError: none", "IOError::new", "ValueError handler installed",
      "app.errors.handler: ready", "app.errors: 5", "errors.yml: loaded", "http.client: ready",
      "java.lang.NullPointerException is handled", "NewError(x) returned y", "[error_handler] ready",
      "[Feed] ready", "[Feed: 5", "** note", "** (", "** bold ** text", "see page 12.", "at line 3.",
      "stopped at line 3.", "feed.rb:12 (RuntimeError)", "x (RuntimeError)", "Foo::Bar (ready)",
      "DDoSProtection enabled", "OrderNotFound rate 0.1", "RequestTimeout=5", "timeout: 5",
      "socket.timeout=5", "https://host/ccxt.base.errors.RequestTimeout: x", "SELECT 'ValueError: x'");
  INFO(line);
  CHECK(level_of_exception(line, 0) == std::nullopt);
}

TEST_CASE("what a line begins with is distinguished from what it ends with") {
  CHECK(log_analysis::level_of_first_exception("a.errors.Lost: FATAL x", 0) == Level::error);
  CHECK(log_analysis::level_of_first_exception("no feed at /app/feed.pl line 12.", 0) == std::nullopt);
}

TEST_CASE("the text is read from where the message begins") {
  CHECK(level_of_exception("12:00:00 KeyError: 'x'", 9) == Level::error);
  CHECK(level_of_exception("KeyError", 8) == std::nullopt);
}

TEST_CASE("a stack trace begins with a dotted name") {
  CHECK(begins_with_exception("java.lang.NullPointerException"));
  CHECK(begins_with_exception("com.example.Lost$Error: x"));
  CHECK_FALSE(begins_with_exception("ValueError: x"));
  CHECK_FALSE(begins_with_exception("java.lang.String: x"));
  CHECK_FALSE(begins_with_exception(""));
}
