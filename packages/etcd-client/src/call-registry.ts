import { InterceptingCall, type Interceptor, type Metadata, status } from '@grpc/grpc-js';

/** Every call under way, so that closing can end them: etcd3 gives no handle on its calls, and its `close` ends none. */
export interface CallRegistry {
  /** To be given to every call. */
  readonly interceptor: Interceptor;
  /** Ends every call under way with CANCELLED. */
  cancelAll(): void;
}

export function createCallRegistry(): CallRegistry {
  const calls = new Set<InterceptingCall>();
  return {
    interceptor(options, nextCall) {
      const call = new InterceptingCall(nextCall(options), {
        start(metadata, _listener, next) {
          calls.add(call);
          next(options.method_definition.responseStream ? requiringLeader(metadata) : metadata, {
            onReceiveStatus(received, pass) {
              calls.delete(call);
              pass(received);
            },
          });
        },
      });
      return call;
    },
    cancelAll() {
      for (const call of calls) call.cancelWithStatus(status.CANCELLED, 'the store is closed');
      calls.clear();
    },
  };
}

/** Without it a member cut off from its cluster keeps a stream open that says nothing for ever. */
function requiringLeader(metadata: Metadata): Metadata {
  const own = metadata.clone();
  own.set('hasleader', 'true');
  return own;
}
