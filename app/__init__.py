"""The Streamlit app: it edits a Design and shows a Report, and has not one formula of its own."""
