"""What the dashboard of each service shows, and which dashboards there are."""

from grafana.hosts import CONTAINERS, MACHINE
from grafana.panels import Dashboard, Panel, Query
from grafana.watching import SPAN, watch_jobs, watch_requests

GATEWAY = Dashboard(
    "gateway",
    "gateway",
    (
        *watch_requests("gateway"),
        Panel(
            "Readings",
            (Query(f"sum by (task, decision) (rate(longhand_gateway_readings_total{SPAN}))", "{{task}} {{decision}}"),),
            unit="reqps",
        ),
        Panel("Readings that wait for delivery", (Query("longhand_gateway_outbox_readings", "in the outbox"),)),
        Panel("The oldest has waited", (Query("longhand_gateway_outbox_age_seconds", "age"),), unit="s"),
        Panel(
            "Readings set aside",
            (Query("longhand_gateway_outbox_refused", "refused by ingestion"),),
            kind="stat",
            description="ingestion refuses them for good: somebody must look",
        ),
        Panel(
            "Erasures",
            (Query("max by (step) (longhand_gateway_erasures)", "{{step}}"),),
            description="by the step that is due; all gateways see the same",
        ),
        Panel(
            "The oldest erasure has waited",
            (Query("max by (step) (longhand_gateway_erasure_age_seconds)", "for {{step}}"),),
            unit="s",
        ),
        Panel(
            "Sign-ins",
            (Query(f"sum by (result) (rate(longhand_gateway_sign_ins_total{SPAN}))", "{{result}}"),),
            unit="reqps",
        ),
    ),
)

INGESTION = Dashboard(
    "ingestion",
    "ingestion",
    (
        *watch_requests("ingestion"),
        *watch_jobs("ingestion"),
        Panel(
            "Corrections",
            (
                Query(
                    "sum by (task, answer) (increase(longhand_ingestion_corrections_total[1h]))", "{{task}} {{answer}}"
                ),
            ),
            description="in an hour",
        ),
        Panel(
            "Edits per character of corrected readings",
            (
                Query(
                    "sum by (task) (increase(longhand_ingestion_corrected_edits_total[1d]))"
                    " / sum by (task) (increase(longhand_ingestion_corrected_characters_total[1d]))",
                    "{{task}}",
                ),
            ),
            unit="percentunit",
            description="CER of a day's corrections: people correct what is wrong, so it is above that of all readings",
            quiet=True,
        ),
        Panel("Corrections by state", (Query("longhand_ingestion_corrections_standing", "{{state}}"),)),
        Panel(
            "Reviewers' answers to users' corrections",
            (Query("longhand_ingestion_corrections_reviewed", "{{result}}"),),
        ),
        Panel("Trusted users", (Query("longhand_ingestion_trusted_people", "trusted"),), kind="stat"),
        Panel(
            "Longest wait for a second person",
            (Query("longhand_ingestion_corrections_waiting_seconds", "oldest"),),
            unit="s",
        ),
        Panel(
            "Corrections with characters that no model writes",
            (Query("sum by (task) (increase(longhand_ingestion_corrected_outside_alphabet_total[1d]))", "{{task}}"),),
            description="in a day",
        ),
        Panel("Corrections to gather", (Query("longhand_ingestion_corrections_to_gather", "{{task}}"),)),
        Panel("Gatherings", (Query("longhand_ingestion_gatherings", "{{task}}, by {{reason}}"),)),
    ),
)

TRAINING = Dashboard(
    "training",
    "training",
    (
        *watch_requests("training"),
        *watch_jobs("training"),
        Panel("Epoch", (Query("longhand_training_epoch", "epoch of the newest training"),)),
        Panel("Loss", (Query("longhand_training_loss", "loss of the newest training"),)),
        Panel("Gathered corrections", (Query("longhand_learning_chains", "{{model}} {{step}}"),)),
        Panel("From correction to serving", (Query("longhand_learning_seconds", "{{model}}"),), unit="s", quiet=True),
        Panel(
            "Decisions of the gate",
            (Query("sum by (model, outcome) (longhand_gate_decisions_total)", "{{model}} {{outcome}}"),),
        ),
        Panel(
            "Evidence against a challenger",
            (Query("longhand_canary_evidence", "{{model}} {{stage}}"),),
            description="1 says nothing; from 20 on the challenger is withdrawn",
            quiet=True,
        ),
        Panel(
            "Readings of a canary",
            (Query("longhand_canary_readings", "{{model}} {{stage}} {{version}}"),),
            quiet=True,
        ),
        Panel(
            "A challenger has been on trial",
            (Query("longhand_canary_age_seconds", "{{model}}"),),
            unit="s",
            quiet=True,
        ),
        Panel(
            "Canaries that are over", (Query("longhand_canaries_ended_total", "{{model}} {{outcome}}"),), kind="stat"
        ),
        Panel("People by their last adaptation", (Query("longhand_adaptations", "{{model}} {{outcome}}"),)),
        Panel(
            "From correction to an own version",
            (Query("longhand_adaptation_seconds", "{{model}}"),),
            unit="s",
            quiet=True,
        ),
    ),
)

PREDICTION = Dashboard(
    "prediction",
    "prediction",
    (
        *watch_requests("prediction"),
        Panel(
            "Readings",
            (Query(f"sum by (model, decision) (rate(longhand_readings_total{SPAN}))", "{{model}} {{decision}}"),),
            unit="reqps",
        ),
        Panel(
            "Confidence",
            (
                Query(
                    f"histogram_quantile(0.5, sum by (model, le) (rate(longhand_reading_confidence_bucket{SPAN})))",
                    "{{model}} median",
                ),
            ),
            unit="percentunit",
        ),
        Panel(
            "Pictures per batch",
            (Query(f"rate(longhand_batch_size_sum{SPAN}) / rate(longhand_batch_size_count{SPAN})", "mean"),),
        ),
        Panel("Pictures waiting", (Query("longhand_batch_queue", "{{instance}}"),)),
        Panel(
            "Read with a lexicon",
            (Query(f"sum by (matched) (rate(longhand_lexicon_readings_total{SPAN}))", "an entry fits: {{matched}}"),),
            unit="reqps",
        ),
        Panel(
            "Lexicons asked for",
            (Query(f"sum by (result) (rate(longhand_lexicon_lookups_total{SPAN}))", "at hand: {{result}}"),),
            unit="reqps",
        ),
        Panel(
            "Read with a person's vocabulary",
            (
                Query(
                    f"sum by (recalled) (rate(longhand_vocabulary_readings_total{SPAN}))",
                    "known: {{recalled}}",
                ),
            ),
            unit="reqps",
        ),
        Panel(
            "Read by the champion in a challenger's place",
            (
                Query(
                    f"sum by (model, version) (rate(longhand_substituted_readings_total{SPAN}))",
                    "{{model}} {{version}} failed",
                ),
            ),
            unit="reqps",
            quiet=True,
        ),
        Panel(
            "Read by both versions",
            (
                Query(
                    f"sum by (model, agrees) (rate(longhand_shadow_readings_total{SPAN}))",
                    "{{model}} agrees: {{agrees}}",
                ),
            ),
            unit="reqps",
            quiet=True,
        ),
        Panel(
            "Read by a person's own adapter",
            (Query(f"sum by (model) (rate(longhand_adapted_readings_total{SPAN}))", "{{model}}"),),
            unit="reqps",
        ),
        Panel("People with an adapter", (Query("longhand_adapted_people", "{{model}}"),)),
        Panel("Champion", (Query("longhand_model_version", "{{model}}"),), kind="stat"),
        Panel("Champion can be loaded", (Query("longhand_champion_readable", "{{model}}"),), kind="stat"),
    ),
)

DASHBOARDS = (GATEWAY, INGESTION, TRAINING, PREDICTION, MACHINE, CONTAINERS)
