//! The one command and the one channel between the screen and the contract.

use pli_api::{ApiError, wire};
use pli_engine::Engine;
use serde_json::Value;
use tauri::State;
use tauri::ipc::Channel;
use tokio::sync::broadcast::error::RecvError;

/// Runs a command of the contract.
#[tauri::command]
pub async fn call(engine: State<'_, Engine>, name: String, args: Option<Value>) -> Result<Value, ApiError> {
    pli_api::dispatch(&engine, &name, args.unwrap_or_default()).await
}

/// Sends the engine's events into a channel of the screen until the screen goes away.
#[tauri::command]
pub async fn subscribe(engine: State<'_, Engine>, channel: Channel<wire::Event>) -> Result<(), ApiError> {
    let engine = Engine::clone(&engine);
    let mut events = engine.events();
    tauri::async_runtime::spawn(async move {
        loop {
            let event = match events.recv().await {
                Ok(event) => pli_api::event(&engine, event).await,
                Err(RecvError::Lagged(_)) => Some(wire::Event::ReadAgain),
                Err(RecvError::Closed) => return,
            };
            if let Some(event) = event
                && channel.send(event).is_err()
            {
                return;
            }
        }
    });
    Ok(())
}
